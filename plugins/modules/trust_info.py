#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read trusts."""

DOCUMENTATION = r"""
module: trust_info
short_description: List trusts of Trilio for OpenStack
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the trusts of the project, and whether those of given workloads are valid. The list is empty if there are
    none.
  - The Keystone id of a trust is not returned.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  workloads:
    description:
      - Names or ids of workloads of the project. The server tells whether the service has a valid trust for each of
        them, see RV(validations). This takes one request for each workload.
    type: list
    elements: str
seealso:
  - module: openprotect.backup.trust
  - module: openprotect.backup.preflight_info
"""

EXAMPLES = r"""
- name: Ask whether the schedule of a workload can run
  openprotect.backup.trust_info:
    cloud: shop
    workloads:
      - web
  register: found

- name: Stop if it cannot
  ansible.builtin.assert:
    that: found.validations[0].is_valid
"""

RETURN = r"""
trusts:
  description: The trusts, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN trust
    id:
      description: Name of the trust, by which the server identifies it.
      type: str
    name:
      description: Name of the trust, C(trust-) and a UUID. The server chooses it.
      type: str
    roles:
      description: Names of the roles that the trust delegates, sorted.
      type: list
      elements: str
    user_id:
      description: Id of the user that the service acts as. C(cloud_admin) for a trust of the whole cloud.
      type: str
    project_id:
      description: Id of the project that the trust belongs to.
      type: str
    is_cloud_trust:
      description: Whether the trust belongs to the whole cloud.
      type: bool
    status:
      description: Status of the trust, as the server shows it. It does not indicate whether the trust is valid.
      type: str
    description:
      description: Description, in the words of the server.
      type: str
    version:
      description: Build of the server that created it.
      type: str
    created_at:
      description: Time of creation, in UTC.
      type: str
    # END trust
validations:
  description: The validation for each of the O(workloads). All values but RV(validations[].workload) are null, and the
    task warns, if the server responds with 404 and so may not have the call.
  returned: success
  type: list
  elements: dict
  contains:
    workload:
      description: Workload, with C(id) and C(name).
      type: dict
    scheduler_enabled:
      description: Whether the schedule of the workload is on.
      type: bool
    trust:
      description: Name of the trust that the server found. Null if it found none.
      type: str
    is_valid:
      description: Whether the trust works. Always V(false) while the schedule is off, which says nothing about the
        trust.
      type: bool
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
from ..module_utils._trilio.trust.records import OPTIONS, query


def main() -> None:
    """Run the module."""
    run_info(query, OPTIONS)


if __name__ == "__main__":
    main()
