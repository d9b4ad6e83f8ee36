#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read snapshots."""

DOCUMENTATION = r"""
module: snapshot_info
short_description: Read snapshots of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the snapshots of the project, or those that are asked for, newest first; an empty list where there is none.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  workload:
    description:
      - Name or id of the workload. One that is not there is an error.
    type: str
  id:
    description:
      - Return the snapshot with this id, with all details.
    type: str
  name:
    description:
      - Return the snapshots that have this name.
    type: str
  status:
    description:
      - Return the snapshots in this state, such as V(available) or V(error).
    type: str
  date_from:
    description:
      - Return the snapshots that were begun at this time or later. ISO 8601, in UTC unless it has an offset.
    type: str
  date_to:
    description:
      - Return the snapshots that were begun at this time or earlier. ISO 8601, in UTC unless it has an offset.
    type: str
  latest:
    description:
      - Return only the newest good snapshot of O(workload), one that can be restored from.
    type: bool
    default: false
  at:
    description:
      - Return only the newest good snapshot of O(workload) that was begun at this time or earlier. ISO 8601, in UTC unless it has an offset.
    type: str
  details:
    description:
      - Fetch each snapshot by itself, at most 8 at a time. Without that sizes, progress, errors and servers are null, because the list answer of
        the server does not hold them.
    type: bool
    default: false
seealso:
  - module: openprotect.backup.snapshot
"""

EXAMPLES = r"""
- name: Read what a restore of now would take
  openprotect.backup.snapshot_info:
    cloud: mycloud
    workload: web
    latest: true
    details: true
  register: newest

- name: Read why snapshots failed this week
  openprotect.backup.snapshot_info:
    cloud: mycloud
    status: error
    date_from: "2026-11-16T00:00:00"
    details: true
"""

RETURN = r"""
snapshots:
  description: The snapshots, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the snapshot.
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
from ..module_utils._trilio.snapshot.queries import OPTIONS, check_snapshot_query, query


def main() -> None:
    """Run the module."""
    run_info(
        query,
        OPTIONS,
        check_snapshot_query,
        mutually_exclusive=[("id", "workload"), ("id", "name"), ("latest", "at")],
    )


if __name__ == "__main__":
    main()
