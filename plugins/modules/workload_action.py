#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Unlock or reset a workload."""

DOCUMENTATION = r"""
module: workload_action
short_description: Unlock or reset a workload of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Unlocks a workload that is still locked after a crash, or resets it.
  - To disable and enable the schedule of a workload, use O(openprotect.backup.workload#module:schedule.enabled).
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
attributes:
  idempotent:
    support: partial
    details:
      - O(action=unlock) changes nothing if the workload is not locked.
      - O(action=reset) resets the workload in every run.
options:
  action:
    description:
      - V(unlock) makes a locked workload available. The task fails while a snapshot or a restore of the workload has
        not finished, because the lock protects it.
      - V(reset) removes the storage snapshots that the service left in Cinder, so that the next snapshot is a full one.
        The workload must be available.
    type: str
    choices:
      - unlock
      - reset
    required: true
  name:
    description:
      - Name of the workload. If several have this name, the task fails and lists their ids.
      - Exactly one of O(name) and O(id) is required.
    type: str
  id:
    description:
      - Id of the workload.
    type: str
  force:
    description:
      - If V(true), unlock the workload even if a snapshot or a restore seems to be running. This may damage the running
        backup.
    type: bool
    default: false
  timeout:
    description:
      - Maximum number of seconds to wait, if O(wait=true).
    type: int
    default: 600
seealso:
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
- name: Unlock a workload after a crash
  openprotect.backup.workload_action:
    cloud: mycloud
    name: web
    action: unlock

- name: Make the next snapshot a full one
  openprotect.backup.workload_action:
    cloud: mycloud
    name: web
    action: reset
"""

RETURN = r"""
workload:
  description: Workload as the server shows it.
  returned: success
  type: dict
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
id:
  description: Id of the workload.
  returned: success
  type: str
  sample: 4ddf0e47-618d-47d1-9f2f-48f342e1d9af
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
# BEGIN plan actions="V(unlock) or V(reset)" kinds=V(workload) fields="Changed fields, V(status) for O(action=unlock)."
plan:
  description: Steps that were done or, in check mode, would be done, in order. Empty if there is nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(unlock) or V(reset).
      type: str
    kind:
      description: Kind of the object, V(workload).
      type: str
    name:
      description: Name of the object.
      type: str
    id:
      description: Id of the object. Null before it is created.
      type: str
    fields:
      description: Changed fields, V(status) for O(action=unlock).
      type: list
      elements: str
# END plan
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

from ..module_utils._openstack.run import run_operation
from ..module_utils._trilio.workload.operations import ACTIONS, OPTIONS


def main() -> None:
    """Run the module."""
    run_operation(
        lambda options: ACTIONS[options["action"]](options),
        OPTIONS,
        required_one_of=[("name", "id")],
        mutually_exclusive=[("name", "id")],
    )


if __name__ == "__main__":
    main()
