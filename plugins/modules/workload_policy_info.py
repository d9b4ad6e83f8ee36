#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read workload policies."""

DOCUMENTATION = r"""
module: workload_policy_info
short_description: List workload policies of Trilio for OpenStack, and the workloads that use them
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the workload policies of the cloud that match all filters. The list is empty if there are none.
  - It sends one request for the list and one for each policy.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  name:
    description:
      - Return the policies with this name. There may be several.
    type: str
  id:
    description:
      - Return the policy with this id.
    type: str
  projects:
    description:
      - Return the policies that are assigned to one of these projects, given by id or name.
    type: list
    elements: str
  details:
    description:
      - If V(true), read all workloads as well, and return the workloads that use each policy. If the server cannot list
        them in detail, this takes one request for each workload.
      - An administrator sees the workloads of all projects. Other users see the workloads of their own project, and the
        task warns about that.
    type: bool
    default: false
seealso:
  - module: openprotect.backup.workload_policy
"""

EXAMPLES = r"""
- name: List the policies that a project may use
  openprotect.backup.workload_policy_info:
    cloud: admin
    projects:
      - shop

- name: List the workloads that use a policy
  openprotect.backup.workload_policy_info:
    cloud: admin
    name: gold
    details: true
"""

RETURN = r"""
workload_policies:
  description: Policies, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the policy.
      type: str
    # BEGIN workload_policy
    name:
      description: Name of the policy. Names are not unique on the server.
      type: str
    description:
      description: Description. Empty if there is none.
      type: str
    status:
      description: Status of the policy, as the server shows it.
      type: str
    schedule:
      description: Settings that the policy decides, in the form of the option
        O(openprotect.backup.workload_policy#module:schedule).
      type: dict
    projects:
      description: Ids of the assigned projects.
      type: list
      elements: str
    metadata:
      description: Metadata of the policy.
      type: dict
    created_at:
      description: Time of creation, in UTC.
      type: str
    updated_at:
      description: Time of the last change, in UTC.
      type: str
    # END workload_policy
    workloads:
      description: Workloads that use the policy, each with C(id), C(name) and C(project_id). Null without
        O(details=true).
      type: list
      elements: dict
# BEGIN project_id
project_id:
  description: Id of the project of the token.
  returned: success
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
cloud:
  description: The cloud that was used. Two files C(clouds.yaml) may have different clouds of the same name.
  returned: success
  type: dict
  contains:
    auth_url:
      description: URL of Keystone.
      type: str
    region_name:
      description: Region of the endpoints. Null if none was chosen.
      type: str
    project_name:
      description: Name of the project of the token.
      type: str
  sample:
    auth_url: https://cloud.example.com:5000/v3
    region_name: RegionOne
    project_name: shop
# END project_id
# BEGIN failure
error:
  description: Details of the error, in addition to RV(msg).
  returned: failure
  type: dict
  contains:
    code:
      description: Code of the error. The guide on errors explains it.
      type: str
    status:
      description: HTTP status of the response. Null if there was none.
      returned: if the error belongs to a request
      type: int
    request_id:
      description: Id of the request. The log of the server has more about it under this id.
      returned: if the error belongs to a request
      type: str
    method:
      description: HTTP method of the request.
      returned: if the error belongs to a request
      type: str
    path:
      description: Path of the request below the endpoint.
      returned: if the error belongs to a request
      type: str
msg:
  description: What failed, on which object, what the server said, and what to do next.
  returned: failure
  type: str
# END failure
"""

from ..module_utils._openstack.run import run_info
from ..module_utils._trilio.identity import check_identity
from ..module_utils._trilio.workload_policy.queries import OPTIONS, query_policies


def main() -> None:
    """Run the module."""
    run_info(query_policies, OPTIONS, check_identity, mutually_exclusive=[("name", "id")])


if __name__ == "__main__":
    main()
