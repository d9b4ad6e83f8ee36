#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read workload policies."""

DOCUMENTATION = r"""
module: workload_policy_info
short_description: Read workload policies of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the workload policies of the cloud, or those that are asked for; an empty list where there is none.
  - Takes one request for the list and one for each policy.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  name:
    description:
      - Return the policies that have this name. There may be several.
    type: str
  id:
    description:
      - Return the policy with this id.
    type: str
  projects:
    description:
      - Return the policies that are assigned to one of these projects, by id or name.
    type: list
    elements: str
  details:
    description:
      - Look at all workloads as well, and return those that use each policy. Where the server cannot list them in detail, that is one
        request for each workload.
      - An administrator sees those of all projects. Anybody else sees those of the own project, and is told so by a warning.
    type: bool
    default: false
seealso:
  - module: openprotect.backup.workload_policy
"""

EXAMPLES = r"""
- name: Read what a project may use
  openprotect.backup.workload_policy_info:
    cloud: admin
    projects:
      - shop

- name: Read who uses a policy
  openprotect.backup.workload_policy_info:
    cloud: admin
    name: gold
    details: true
"""

RETURN = r"""
workload_policies:
  description: The policies, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the policy.
      type: str
    name:
      description: Name of the policy. Names are not unique on the server.
      type: str
    description:
      description: Description, empty where there is none.
      type: str
    status:
      description: State of the policy, as the server shows it.
      type: str
    schedule:
      description: What the policy decides, in the form of the option O(openprotect.backup.workload_policy#module:schedule).
      type: dict
    projects:
      description: Ids of the projects that it is assigned to.
      type: list
      elements: str
    metadata:
      description: Metadata of the policy.
      type: dict
    workloads:
      description: The workloads that use it, each with C(id), C(name) and C(project_id). Null without O(details=true).
      type: list
      elements: dict
    created_at:
      description: When it was created, in UTC.
      type: str
    updated_at:
      description: When it was changed last, in UTC.
      type: str
project_id:
  description: Project of the token.
  returned: success
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
error:
  description: What is known of the error, beside RV(msg).
  returned: failure
  type: dict
  contains:
    code:
      description: Name of the error in the guide on errors.
      type: str
    status:
      description: HTTP status of the answer, null where none came.
      returned: where the error belongs to a request
      type: int
    request_id:
      description: What the server calls the request; its log says more under this id.
      returned: where the error belongs to a request
      type: str
    method:
      description: HTTP method of the request.
      returned: where the error belongs to a request
      type: str
    path:
      description: Path of the request below the endpoint.
      returned: where the error belongs to a request
      type: str
msg:
  description: What failed, on which object, what the server said, and what to do next.
  returned: failure
  type: str
"""

from ..module_utils._openstack.run import run_info
from ..module_utils._trilio.identity import check_identity
from ..module_utils._trilio.workload_policy.queries import OPTIONS, query


def main() -> None:
    """Run the module."""
    run_info(query, OPTIONS, check_identity, mutually_exclusive=[("name", "id")])


if __name__ == "__main__":
    main()
