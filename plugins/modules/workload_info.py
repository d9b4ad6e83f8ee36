#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read workloads."""

DOCUMENTATION = r"""
module: workload_info
short_description: Read workloads of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the workloads of the project, or those that have a name or an id; an empty list where there is none.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  name:
    description:
      - Return the workloads that have this name. There may be several.
    type: str
  id:
    description:
      - Return the workload with this id, with all details.
    type: str
  all_projects:
    description:
      - Return the workloads of all projects. Needs a user that the service takes for an administrator.
    type: bool
    default: false
  nfs_share:
    description:
      - Return the workloads whose backups are on this NFS share, as the server knows it.
    type: str
  details:
    description:
      - Fetch each workload by itself, at most 8 at a time. Without that RV(workloads[].instances), RV(workloads[].schedule),
        RV(workloads[].metadata), RV(workloads[].policy) and RV(workloads[].backup_target_type) are null, because the list answer of the server
        does not hold them.
    type: bool
    default: false
seealso:
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
- name: Read all workloads of the project with their schedules
  openprotect.backup.workload_info:
    cloud: mycloud
    details: true
  register: protected

- name: Show when each is taken
  ansible.builtin.debug:
    msg: "{{ protected.workloads | items2dict(key_name='name', value_name='schedule') }}"

- name: Read one workload
  openprotect.backup.workload_info:
    cloud: mycloud
    name: web
    details: true
"""

RETURN = r"""
workloads:
  description: The workloads, sorted by name and id.
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
      description: Description; empty where there is none (the server's C(no-description)).
      type: str
    status:
      description: State of the workload, as the server calls it.
      type: str
    error_msg:
      description: What the server says about a workload in error.
      type: str
    project_id:
      description: Project that the workload belongs to.
      type: str
    user_id:
      description: User that owns the workload; the last one that changed it.
      type: str
    created_at:
      description: When it was created, in UTC.
      type: str
    updated_at:
      description: When it was last touched, in UTC; moves with every backup.
      type: str
    workload_type:
      description: Id of the workload type, and its name where this task has looked names of types up.
      type: dict
    instances:
      description: The servers that are protected, each with C(id) and C(name).
      type: list
      elements: dict
    backup_target_type:
      description: Name of the backup target type, and its id where this task has looked names of target types up. Null
        where the server does not show it.
      type: dict
    policy:
      description: Id of the policy that the workload is bound to, and its name where this task has looked names of
        policies up.
      type: dict
    encryption:
      description: Whether the workload is encrypted. Null where the server does not show it.
      type: bool
    secret:
      description: Id of the secret that it is encrypted with, no secret by itself. Null where the server does not show
        it.
      type: str
    metadata:
      description: Metadata without the keys of the server.
      type: dict
    server_metadata:
      description: Metadata that belongs to the server.
      type: dict
    schedule:
      description: The schedule in the form of the option O(openprotect.backup.workload#module:schedule).
      type: dict
    jobschedule:
      description: The schedule as the server shows it.
      type: dict
    storage_usage:
      description: What the backups take on the target, as the server shows it.
      type: dict
    # END workload
# BEGIN project_id
project_id:
  description: Project of the token.
  returned: success
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
# END project_id
# BEGIN failure
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
# END failure
"""

from ..module_utils._openstack import run
from ..module_utils._trilio.options import check_identity
from ..module_utils._trilio.workload.resource import query


def main() -> None:
    """Run the module."""
    run.run_query(
        query,
        check_identity,
        {
            "name": {"type": "str"},
            "id": {"type": "str"},
            "all_projects": {"type": "bool", "default": False},
            "nfs_share": {"type": "str"},
            "details": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("name", "id"), ("id", "all_projects"), ("id", "nfs_share")],
    )


if __name__ == "__main__":
    main()
