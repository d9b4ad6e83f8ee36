#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read workloads."""

DOCUMENTATION = r"""
module: workload_info
short_description: List workloads of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the workloads of the project that match all filters. The list is empty if there are none.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  name:
    description:
      - Return the workloads with this name. There may be several.
    type: str
  id:
    description:
      - Return the workload with this id, with all details.
    type: str
  all_projects:
    description:
      - If V(true), return the workloads of all projects. Requires a user that the service accepts as an administrator.
    type: bool
    default: false
  nfs_share:
    description:
      - Return the workloads with backups on this NFS share, as the server names it.
    type: str
  details:
    description:
      - If V(true), fetch each workload separately, at most 8 at a time. Otherwise RV(workloads[].instances),
        RV(workloads[].schedule), RV(workloads[].metadata), RV(workloads[].policy) and
        RV(workloads[].backup_target_type) are null, because the list of the server does not hold them.
    type: bool
    default: false
seealso:
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
- name: List all workloads of the project with their schedules
  openprotect.backup.workload_info:
    cloud: mycloud
    details: true
  register: protected

- name: Show the schedule of each workload
  ansible.builtin.debug:
    msg: "{{ protected.workloads | items2dict(key_name='name', value_name='schedule') }}"

- name: Show one workload
  openprotect.backup.workload_info:
    cloud: mycloud
    name: web
    details: true
"""

RETURN = r"""
workloads:
  description: Workloads, sorted by name and id.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the workload.
      type: str
    # BEGIN workload
    name:
      description: Name of the workload. Names are not unique on the server.
      type: str
    description:
      description: Description. Empty if there is none, which the server shows as C(no-description).
      type: str
    status:
      description: Status of the workload, as the server names it.
      type: str
    error_msg:
      description: Error message of the server if the workload is in an error state.
      type: str
    project_id:
      description: Id of the project that the workload belongs to.
      type: str
    user_id:
      description: Id of the user that owns the workload. This is the user that changed it last.
      type: str
    created_at:
      description: Time of creation, in UTC.
      type: str
    updated_at:
      description: Time of the last update, in UTC. Every backup updates it.
      type: str
    workload_type:
      description: Id of the workload type, and its name if this task has looked up the names of types.
      type: dict
    instances:
      description: Servers that the workload protects, each with C(id) and C(name).
      type: list
      elements: dict
    backup_target_type:
      description: Name of the backup target type, and its id if this task has looked up the names of target types. Null
        if the server does not show it.
      type: dict
    policy:
      description: Id of the policy that the workload is bound to, and its name if this task has looked up the names of
        policies.
      type: dict
    encryption:
      description: Whether the backups are encrypted. Null if the server does not show it.
      type: bool
    secret:
      description: Id of the secret that the backups are encrypted with. The id is not secret itself. Null if the server
        does not show it.
      type: str
    metadata:
      description: Metadata, without the keys that belong to the server.
      type: dict
    server_metadata:
      description: Metadata that belongs to the server.
      type: dict
    schedule:
      description: Schedule in the form of the option O(openprotect.backup.workload#module:schedule).
      type: dict
    jobschedule:
      description: Schedule as the server shows it.
      type: dict
    storage_usage:
      description: Storage that the backups use on the target, as the server shows it.
      type: dict
    # END workload
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
from ..module_utils._trilio.workload.queries import OPTIONS, query_workloads


def main() -> None:
    """Run the module."""
    run_info(
        query_workloads,
        OPTIONS,
        check_identity,
        mutually_exclusive=[("name", "id"), ("id", "all_projects"), ("id", "nfs_share")],
    )


if __name__ == "__main__":
    main()
