#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say which servers have no good backup."""

DOCUMENTATION = r"""
module: protection_info
short_description: Find servers without a good backup
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Says of each server of the project whether it has a good backup that is young enough, and if not, why.
  - A snapshot counts for a server only if it can be restored from, holds data, and has that server in it. Whether the
    last job of a workload was successful does not decide.
  - What could not be read never makes a server look better than it may be. Its status is V(unknown) then.
  - In the steady state this takes one request for each workload, beside the lists of servers, workloads and snapshots.
    If the newest good snapshot of a workload lacks one of its servers, older ones are read, and each failed snapshot
    of O(window) is read once for its error message.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  rpo:
    description:
      - The recovery point objective of servers without another one, as an age such as V(24h) or V(7d). The newest good
        backup of a server must not be older.
      - An RPO of O(rpo_by) comes first. Next comes 1.5 times the interval of the schedule of the workload.
    type: str
    default: 24h
  rpo_by:
    description:
      - The RPO of some servers. Each entry is for one tag or one entry of the metadata of a server, for one workload
        or for one policy.
      - If several entries apply to a server, a tag comes before metadata, a workload and a policy, in this order. Among
        entries of one kind the shortest RPO applies.
    type: list
    elements: dict
    default: []
    suboptions:
      tag:
        description: Tag of servers. Nova shows tags since microversion 2.26.
        type: str
      metadata:
        description: Key in the metadata of servers, or key and value as V(key=value).
        type: str
      workload:
        description: Name or id of a workload.
        type: str
      policy:
        description: Name or id of a policy of Trilio.
        type: str
      rpo:
        description: The RPO as an age, such as V(4h).
        type: str
        required: true
  grace:
    description:
      - How long a new server may be without a backup, as an age. Its status is V(new) for so long.
    type: str
    default: 24h
  exclude:
    description:
      - Servers that need no backup. Their status is V(excluded).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of servers, or a shell pattern of names such as V(build-*).
        type: str
      tag:
        description: Tag of servers.
        type: str
      metadata:
        description: Key in the metadata of servers, or key and value as V(key=value).
        type: str
      reason:
        description: Why these servers need no backup, a sentence for the people who read the result.
        type: str
        required: true
      until:
        description: Point in time at which the exclusion ends, such as V(2026-12-31T18:00:00+01:00). In UTC without an
          offset. By default it does not end.
        type: str
  schedule_required:
    description:
      - Whether a server counts as V(unprotected) if the schedule of its workload is off or has ended, however young its
        backup is.
      - Set it to V(false) if something else takes the snapshots, such as M(openprotect.backup.snapshot).
    type: bool
    default: true
  window:
    description:
      - How far back failures and missed runs of the schedule are reported, as an age.
    type: str
    default: 14d
  max_shows:
    description:
      - How many good snapshots of one workload are read at most, while a server of it was not found in one.
      - If the limit ends the search, the status of the servers that were not found is V(unknown).
    type: int
    default: 20
  details:
    description:
      - Read every good snapshot up to O(max_shows) for each workload, and return RV(servers[].restore_points) and
        RV(servers[].oldest_point_at).
    type: bool
    default: false
  fail_on:
    description:
      - Fail if a server has one of these statuses. The result of the failed task holds everything.
    type: list
    elements: str
    choices: [unprotected, never, breached, late, unknown]
    default: []
seealso:
  - module: openprotect.backup.preflight_info
  - module: openprotect.backup.workload_info
"""

EXAMPLES = r"""
- name: Find servers without a good backup
  openprotect.backup.protection_info:
    cloud: mycloud
    rpo: 24h
    rpo_by:
      - metadata: tier=gold
        rpo: 4h
    exclude:
      - name: build-*
        reason: These servers are made anew each night.
  register: protection

- name: Show them
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.status }}. {{ item.reason }}"
  loop: "{{ protection.servers | rejectattr('status', 'in', ['met', 'new', 'excluded']) }}"
  loop_control:
    label: "{{ item.name }}"

- name: Stop before a change if a server has no good backup
  openprotect.backup.protection_info:
    cloud: mycloud
    fail_on: [unprotected, never, breached, unknown]
"""

RETURN = r"""
generated_at:
  description: When the answer was made, in UTC. All ages count from then.
  returned: success
  type: str
  sample: "2026-11-29T06:00:00Z"
summary:
  description:
    - Number of servers, and of servers with each status. C(protected) counts those with a schedule that is on, and
      C(rpo_met) those whose backup is young enough; neither counts servers that are excluded.
  returned: success
  type: dict
  sample:
    servers: 212
    met: 205
    late: 2
    breached: 1
    never: 1
    new: 1
    unprotected: 1
    unknown: 0
    excluded: 1
    protected: 210
    rpo_met: 205
servers:
  description: All servers of the project, sorted by name and id.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the server.
      type: str
    name:
      description: Name of the server.
      type: str
    created_at:
      description: When the server was created, in UTC.
      type: str
    server_status:
      description: Status of the server in Nova, such as V(ACTIVE).
      type: str
    status:
      description:
        - The first of these that applies. V(excluded), by O(exclude). V(unknown), something that decides could not be
          read. V(unprotected), in no workload, or its schedule is off or has ended. V(never), no good snapshot has the
          server. V(breached), the newest one is older than twice the RPO. V(late), it is older than the RPO. V(met).
        - V(new) stands in place of V(unprotected) and V(never) while the server is younger than O(grace).
      type: str
    reason:
      description: Why the server has this status, a sentence.
      type: str
    workloads:
      description: The workloads that list the server, each with C(id), C(name), and C(policy), the name of its policy.
      type: list
      elements: dict
    protected:
      description: Whether the server is in a workload whose schedule is on and has not ended. Null if that could not be
        read.
      type: bool
    rpo_met:
      description: Whether its newest good snapshot is younger than the RPO. Null if that could not be read.
      type: bool
    rpo:
      description: The RPO of the server, in seconds.
      type: int
    rpo_source:
      description: Where the RPO is from, V(tag), V(metadata), V(workload) or V(policy) of O(rpo_by), V(schedule) of the
        workload, or V(default).
      type: str
    last_good_snapshot:
      description: The newest good snapshot that has the server, with C(id), C(name), C(created_at), C(status) and
        C(error_msg). Null if none was found.
      type: dict
    last_attempt:
      description: The newest snapshot of its workloads that has ended, in the same form.
      type: dict
    failures_in_a_row:
      description: How many snapshots failed since the newest good one.
      type: int
    next_run_at:
      description: The next run of the schedule, in UTC. Null if none is known.
      type: str
    restore_points:
      description: Number of good snapshots that have the server. Null without O(details).
      type: int
    oldest_point_at:
      description: When the oldest of them was taken, in UTC. Null without O(details).
      type: str
    exclusion:
      description: The entry of O(exclude) that applies, with C(reason), C(until) and C(matched). Null if none does.
      type: dict
workloads:
  description: All workloads of the project, sorted by name and id.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the workload.
      type: str
    name:
      description: Name of the workload.
      type: str
    policy:
      description: Name of its policy. Null if it has none.
      type: str
    schedule_enabled:
      description: Whether its schedule is on. Null if it could not be read.
      type: bool
    instances:
      description: Ids of the servers that it lists. Null if it could not be read.
      type: list
      elements: str
    last_good_snapshot:
      description: Its newest good snapshot. It may lack servers of the workload.
      type: dict
    last_attempt:
      description: Its newest snapshot that has ended.
      type: dict
    failures_in_a_row:
      description: How many snapshots failed since the newest good one.
      type: int
    restore_points:
      description: Number of good snapshots.
      type: int
    next_run_at:
      description: The next run of its schedule, in UTC. Null if none is known.
      type: str
    missed_runs:
      description: Runs of the schedule in O(window) that started no snapshot, in UTC. Null if that is not known.
      type: list
      elements: str
    error:
      description: Why the workload could not be read. Null if it could.
      type: str
failures:
  description:
    - The failed snapshots of O(window), grouped by their message, the most frequent first. Each group has C(message),
      C(count), C(first_seen), C(last_seen), and C(workloads), the names of their workloads.
  returned: success
  type: list
  elements: dict
findings:
  description:
    - What a person should look at, the severe ones first. Each has C(code), C(severity), which is V(failed) or
      V(warning), C(subject), C(detail), C(action), and C(since) in UTC.
    - The codes are C(scheduler_off), C(schedule_off), C(server_gone), C(failures_in_a_row), C(size_zero),
      C(duplicate_runs) and C(missed_runs).
  returned: success
  type: list
  elements: dict
unreadable:
  description: What could not be read, each as a sentence. Empty if everything was read.
  returned: success
  type: list
  elements: str
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
from ..module_utils._trilio.protection.options import OPTIONS, check_options
from ..module_utils._trilio.protection.query import query_protection


def main() -> None:
    """Run the module."""
    run_info(query_protection, OPTIONS, check_options)


if __name__ == "__main__":
    main()
