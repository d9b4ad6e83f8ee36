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
  - Takes a snapshot of a workload, a backup of all its servers, unless one that is good enough is there or one is being taken.
  - A snapshot that is being taken is joined, never doubled; if the answer to the request is lost, the task looks for the snapshot, and never
    sends the request again.
  - An older snapshot that is busy, because it is restored from, mounted or deleted, is not taken for a new one.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
attributes:
  idempotent:
    support: partial
    details:
      - With O(state=present), and neither O(name) nor O(max_age), each run takes a snapshot.
options:
  state:
    description:
      - V(present) takes a snapshot if none satisfies.
      - V(absent) deletes it, and the backup with it; one that is being deleted is waited for.
      - V(cancelled) cancels one that is being taken, and does nothing to one that has ended. One that was taken earlier and is restored from,
        mounted or deleted now stops the task.
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
      - Name of the snapshot. With O(state=present) a good snapshot of the workload that has the name satisfies, one of that name that is being
        taken is joined, and one that failed does not count.
      - With the other states it says which snapshot is meant; if several have the name the task fails and lists them.
    type: str
  id:
    description:
      - Id of the snapshot, instead of O(workload) and O(name). With O(state=present) the task waits for it, and takes none.
    type: str
  description:
    description:
      - Description of a snapshot that is taken.
    type: str
  full:
    description:
      - Take a full snapshot rather than an incremental one. The first snapshot of a workload is always full.
    type: bool
    default: false
  max_age:
    description:
      - A good snapshot that is not older than this satisfies, such as V(90m), V(24h), V(7d) or V(2w); without a unit in seconds. An
        incremental one does not satisfy O(full=true).
      - The age goes by the clock of the host that the module runs on and the time at which the server says that it began.
    type: str
  verify_result:
    description:
      - Fail if the snapshot is of another type than asked for, or empty. It is kept in any case.
      - When not given, that is done for O(full=true).
    type: bool
  timeout:
    description:
      - Seconds to wait at most, with O(wait=true). The server goes on when the time is over; running the task again joins it.
    type: int
    default: 14400
seealso:
  - module: openprotect.backup.snapshot_info
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
- name: Have a snapshot that is not older than a day before the upgrade
  openprotect.backup.snapshot:
    cloud: mycloud
    workload: web
    max_age: 24h

- name: Take a full one under a name, once
  openprotect.backup.snapshot:
    cloud: mycloud
    workload: web
    name: before-upgrade-7
    full: true

- name: Delete it
  openprotect.backup.snapshot:
    cloud: mycloud
    workload: web
    name: before-upgrade-7
    state: absent
"""

RETURN = r"""
snapshot:
  description: The snapshot as the server shows it or, in check mode, as far as it is known. Null where it is absent.
  returned: success, and where a snapshot was taken and is not as asked for
  type: dict
  contains:
    id:
      description: Id of the snapshot; null where check mode would take it.
      type: str
    name:
      description: Name of the snapshot. Names are not unique on the server; the scheduler calls its own C(jobscheduler).
      type: str
    description:
      description: Description, empty where there is none.
      type: str
    workload_id:
      description: Id of the workload.
      type: str
    project_id:
      description: Project that the snapshot belongs to.
      type: str
    status:
      description: State of the snapshot, as the server calls it.
      type: str
    snapshot_type:
      description: V(full) or V(incremental).
      type: str
    created_at:
      description: When it was begun, in UTC.
      type: str
    finished_at:
      description: When it ended, in UTC.
      type: str
    time_taken:
      description: How long it took, in seconds.
      type: int
    size:
      description: Size of the backup in bytes.
      type: int
    restore_size:
      description: What a restore of all of it takes, in bytes.
      type: int
    uploaded_size:
      description: What has been written to the target, in bytes.
      type: int
    progress_percent:
      description: How far it is.
      type: int
    progress_msg:
      description: What it is doing, in the words of the server.
      type: str
    warning_msg:
      description: What the server warns of.
      type: str
    error_msg:
      description: Why it failed.
      type: str
    host:
      description: Node of the service that took it.
      type: str
    instances:
      description: The servers in it, each with C(id) and C(name).
      type: list
      elements: dict
id:
  description: Id of the snapshot, null where check mode would create it.
  returned: success, and where the task failed after it was begun
  type: str
  sample: 4720baae-5422-466d-a4b2-a4a2c94400f3
project_id:
  description: Project of the token.
  returned: success
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
plan:
  description: What was done or, in check mode, would be done.
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
      description: What the object is called.
      type: str
    id:
      description: Id of the object, null before it is created.
      type: str
    fields:
      description: Options that were given, or V(status) for a cancellation.
      type: list
      elements: str
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
