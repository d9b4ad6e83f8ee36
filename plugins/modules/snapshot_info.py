#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read snapshots."""

DOCUMENTATION = r"""
module: snapshot_info
short_description: List snapshots of Trilio for OpenStack, or find the newest good one
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the snapshots of the project that match all filters, newest first. The list is empty if there are none.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  workload:
    description:
      - Return the snapshots of this workload, given by name or id. A workload that does not exist is an error.
    type: str
  id:
    description:
      - Return the snapshot with this id, with all details.
    type: str
  name:
    description:
      - Return the snapshots with this name.
    type: str
  status:
    description:
      - Return the snapshots with this status, such as V(available) or V(error).
    type: str
  date_from:
    description:
      - Return the snapshots that were started at this time or later. The time is in ISO 8601, and in UTC unless it has
        an offset.
    type: str
  date_to:
    description:
      - Return the snapshots that were started at this time or earlier. The time is in ISO 8601, and in UTC unless it
        has an offset.
      - A day without a time of day is refused. It would mean the night before that day.
    type: str
  latest:
    description:
      - If V(true), return only the newest good snapshot of O(workload). A good snapshot can be restored.
    type: bool
    default: false
  at:
    description:
      - Return only the newest good snapshot of O(workload) that was started at this time or earlier. The time is in ISO
        8601, and in UTC unless it has an offset.
      - A day without a time of day is refused. It would mean the night before that day.
    type: str
  details:
    description:
      - If V(true), fetch each snapshot separately, at most 8 at a time. Otherwise sizes, progress, errors and servers
        are null, because the list of the server does not hold them.
    type: bool
    default: false
  limit:
    description:
      - Maximum number of snapshots to return. By default, all are returned.
      - With O(details=true), only these are fetched.
    type: int
seealso:
  - module: openprotect.backup.snapshot
"""

EXAMPLES = r"""
- name: Show the newest snapshot that can be restored
  openprotect.backup.snapshot_info:
    cloud: mycloud
    workload: web
    latest: true
    details: true
  register: newest

- name: List the snapshots that failed this week, with the reasons
  openprotect.backup.snapshot_info:
    cloud: mycloud
    status: error
    date_from: "2026-11-16T00:00:00"
    details: true
"""

RETURN = r"""
snapshots:
  description: Snapshots, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the snapshot.
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
from ..module_utils._trilio.snapshot.queries import OPTIONS, check_snapshot_query, query_snapshots


def main() -> None:
    """Run the module."""
    run_info(
        query_snapshots,
        OPTIONS,
        check_snapshot_query,
        mutually_exclusive=[("id", "workload"), ("id", "name"), ("latest", "at")],
    )


if __name__ == "__main__":
    main()
