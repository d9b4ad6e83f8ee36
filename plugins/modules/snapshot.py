#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take, cancel and delete snapshots."""

DOCUMENTATION = r"""
module: snapshot
short_description: Take, cancel and delete snapshots of a workload of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Takes a snapshot of a workload, which is a backup of all its servers. No snapshot is taken if a suitable one exists
    or is being taken.
  - The task joins a snapshot that is being taken, and never starts a second one. If the response to the request is
    lost, the task looks for the snapshot and never sends the request again.
  - An older snapshot that is busy, because it is being restored, mounted or deleted, does not count as a new one.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
attributes:
  idempotent:
    support: partial
    details:
      - With O(state=present) and without O(name) and O(max_age), every run takes a snapshot.
options:
  state:
    description:
      - V(present) takes a snapshot, unless a suitable one exists.
      - V(absent) deletes the snapshot and its backup. If the snapshot is already being deleted, the task waits for
        that.
      - V(cancelled) cancels a snapshot that is being taken. A finished snapshot is left unchanged. The task fails if an
        earlier snapshot is being restored, mounted or deleted.
    type: str
    choices:
      - present
      - absent
      - cancelled
    default: present
  workload:
    description:
      - Name or id of the workload. Required unless O(id) is given.
    type: str
  name:
    description:
      - Name of the snapshot. With O(state=present), a good snapshot of the workload with this name is suitable, a
        snapshot with this name that is being taken is joined, and a failed snapshot does not count.
      - With the other states, it selects the snapshot. If several snapshots have this name, the task fails and lists
        them.
    type: str
  id:
    description:
      - Id of the snapshot, instead of O(workload) and O(name). With O(state=present), the task waits for this snapshot
        and takes none.
    type: str
  description:
    description:
      - Description of the new snapshot.
    type: str
  full:
    description:
      - If V(true), take a full snapshot instead of an incremental one. The first snapshot of a workload is always full.
    type: bool
    default: false
  max_age:
    description:
      - Maximum age of a suitable snapshot, such as V(90m), V(24h), V(7d) or V(2w). A number without a unit is in
        seconds. A good snapshot that is not older is suitable. An incremental one is not suitable with O(full=true).
      - The age is the difference between the clock of the host that runs the module and the start time that the server
        shows.
    type: str
  verify_result:
    description:
      - If V(true), the task fails if the snapshot is empty or has another type than requested. The snapshot is kept in
        any case.
      - The default is V(true) with O(full=true), and V(false) otherwise.
    type: bool
  timeout:
    description:
      - Maximum number of seconds to wait, if O(wait=true). After that the server goes on, and running the task again
        joins it.
    type: int
    default: 14400
seealso:
  - module: openprotect.backup.snapshot_info
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
- name: Ensure before an upgrade that there is a snapshot of the last day
  openprotect.backup.snapshot:
    cloud: mycloud
    workload: web
    max_age: 24h

- name: Take a full snapshot with a name, once
  openprotect.backup.snapshot:
    cloud: mycloud
    workload: web
    name: before-upgrade-7
    full: true

- name: Delete the snapshot
  openprotect.backup.snapshot:
    cloud: mycloud
    workload: web
    name: before-upgrade-7
    state: absent
"""

RETURN = r"""
snapshot:
  description: Snapshot as the server shows it or, in check mode, as far as it is known. Null if it is absent.
  returned: success, and if a snapshot was taken that is not as requested
  type: dict
  contains:
    id:
      description: Id of the snapshot. Null if check mode would take it.
      type: str
    # BEGIN snapshot
    name:
      description: Name of the snapshot. Names are not unique on the server. The scheduler names its own snapshots
        C(jobscheduler).
      type: str
    description:
      description: Description. Empty if there is none.
      type: str
    workload_id:
      description: Id of the workload.
      type: str
    project_id:
      description: Id of the project that the snapshot belongs to.
      type: str
    status:
      description: Status of the snapshot, as the server names it.
      type: str
    snapshot_type:
      description: V(full) or V(incremental).
      type: str
    created_at:
      description: Start time, in UTC.
      type: str
    finished_at:
      description: End time, in UTC.
      type: str
    time_taken:
      description: Duration in seconds.
      type: int
    size:
      description: Size of the backup in bytes.
      type: int
    restore_size:
      description: Size of a restore of the whole snapshot, in bytes.
      type: int
    uploaded_size:
      description: Data written to the backup target so far, in bytes.
      type: int
    progress_percent:
      description: Progress in percent.
      type: int
    progress_msg:
      description: Current activity, in the words of the server.
      type: str
    warning_msg:
      description: Warning of the server.
      type: str
    error_msg:
      description: Reason of the failure.
      type: str
    host:
      description: Node of the service that took the snapshot.
      type: str
    instances:
      description: Servers in the snapshot, each with C(id) and C(name).
      type: list
      elements: dict
    # END snapshot
id:
  description: Id of the snapshot. Null if check mode would take it.
  returned: success, and if the task failed after the snapshot was started
  type: str
  sample: 4720baae-5422-466d-a4b2-a4a2c94400f3
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
# BEGIN operation_plan kinds=V(snapshot)
plan:
  description: Steps that were done or, in check mode, would be done, in order. Empty if there is nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(cancel) or V(delete).
      type: str
    kind:
      description: Kind of the object, V(snapshot).
      type: str
    name:
      description: Name of the object.
      type: str
    id:
      description: Id of the object. Null before it is created.
      type: str
    fields:
      description: Options that were set, or V(status) for a cancellation.
      type: list
      elements: str
# END operation_plan
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
from ..module_utils._trilio.snapshot.operations import OPTIONS, STATES


def main() -> None:
    """Run the module."""
    run_operation(
        lambda options: STATES[options["state"]](options),
        OPTIONS,
        mutually_exclusive=[("id", "workload"), ("id", "name"), ("name", "max_age"), ("id", "max_age")],
    )


if __name__ == "__main__":
    main()
