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
  - Unlocks a workload that a crash left locked, or resets it.
  - To switch the schedule of a workload off and on use O(openprotect.backup.workload#module:schedule.enabled).
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
attributes:
  idempotent:
    support: partial
    details:
      - O(action=unlock) does nothing on a workload that is not locked.
      - O(action=reset) resets each time.
options:
  action:
    description:
      - V(unlock) makes a locked workload available. It is refused while a snapshot or a restore of it has not ended, because the lock then
        protects what is running.
      - V(reset) removes the storage snapshots that the service left on Cinder, so that the next snapshot is a full one. The workload must be
        available.
    type: str
    choices:
      - unlock
      - reset
    required: true
  name:
    description:
      - Name of the workload. If several have it the task fails and lists their ids.
      - Exactly one of O(name) and O(id) is required.
    type: str
  id:
    description:
      - Id of the workload.
    type: str
  force:
    description:
      - Unlock although something of the workload seems to be running. The backup that runs may be spoilt.
    type: bool
    default: false
  timeout:
    description:
      - Seconds to wait at most, with O(wait=true).
    type: int
    default: 600
seealso:
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
- name: Free a workload after a crash
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
  description: The workload as the server shows it.
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
id:
  description: Id of the workload.
  returned: success
  type: str
  sample: 4ddf0e47-618d-47d1-9f2f-48f342e1d9af
# BEGIN project_id
project_id:
  description: Project of the token.
  returned: success
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
# END project_id
# BEGIN plan actions="V(unlock) or V(reset)" kinds=V(workload) fields="What changes, V(status) for O(action=unlock)."
plan:
  description: What was done or, in check mode, would be done, in order. Empty where nothing is to be done.
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
      description: Id of the object, null before it is created.
      type: str
    fields:
      description: What changes, V(status) for O(action=unlock).
      type: list
      elements: str
# END plan
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
from ..module_utils._trilio.workload.operations import ACTIONS


def main() -> None:
    """Run the module."""
    run.run_operation(
        lambda options: ACTIONS[options["action"]](options),
        {
            "action": {"type": "str", "choices": sorted(ACTIONS, reverse=True), "required": True},
            "name": {"type": "str"},
            "id": {"type": "str"},
            "force": {"type": "bool", "default": False},
            **run.wait_spec(timeout=600),
        },
        required_one_of=[("name", "id")],
        mutually_exclusive=[("name", "id")],
    )


if __name__ == "__main__":
    main()
