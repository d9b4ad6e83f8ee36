#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep all workloads of a set as declared."""

DOCUMENTATION = r"""
module: workloads
short_description: Keep a set of workloads of Trilio for OpenStack as declared
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Takes care of many workloads in one task, with one login and one list of each kind, where M(openprotect.backup.workload) takes care of one.
  - Each entry of O(workloads) is treated as M(openprotect.backup.workload) treats its options. What is not given is left as it is.
  - The whole plan is made before the first write. Two entries that mean one workload or claim one server stop the task then, and nothing is written.
  - An entry that fails does not stop the others, unless O(fail_fast=true). The task fails in the end, and its result tells what became of each.
  - With O(prune=true) workloads that are in the set no longer are deleted, if they carry the mark of O(owner).
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  workloads:
    description:
      - The workloads. The order is that of the results, and else means nothing.
      - An empty list is no error. With O(prune=true) all workloads of the owner are surplus then.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the workload. It is looked for in the project of the token only.
          - Names are not unique on the server. If several workloads have the name the entry fails and lists their ids.
          - Exactly one of O(workloads[].name) and O(workloads[].id) is required.
        type: str
      id:
        description:
          - Id of the workload, instead of its name. A workload with that id must exist.
        type: str
      new_name:
        description:
          - Name that the workload shall have.
          - If no workload has the name O(workloads[].name) and one has the name O(workloads[].new_name), it has been renamed already. If both exist the
            entry fails. If neither does, a workload is created under O(workloads[].new_name).
        type: str
      # BEGIN workload_options at=workloads[].
      description:
        description:
          - Description of the workload. An empty text removes it.
        type: str
      workload_type:
        description:
          - Name or id of the workload type, such as V(Serial) or V(Parallel). Cannot be changed after creation.
        type: str
      backup_target_type:
        description:
          - Name or id of the backup target type that says where the backups go. Cannot be changed after creation.
          - When a workload is created without it, the server takes its default.
          - Servers of line 4 have none.
        type: str
      policy:
        description:
          - Name or id of the policy that the workload is bound to. What the policy decides cannot be given in
            O(workloads[].schedule).
          - Required to create a workload in a project that has policies assigned.
          - A policy cannot be taken away, only exchanged for another one.
        type: str
      encryption:
        description:
          - Whether the backups are encrypted. Cannot be changed after creation.
        type: bool
      secret:
        description:
          - Id of the Barbican secret to encrypt with. Required to create a workload with
            O(workloads[].encryption=true). Cannot be changed after creation.
          - The server wants one secret for each workload.
        type: str
      metadata:
        description:
          - Metadata of the workload. Only the given keys are managed; a key with the value null is removed, where the
            server lets it go.
          - Values are text. The keys of the server itself are refused.
        type: dict
      # END workload_options
      instances:
        description:
          - Names or ids of all servers that the workload protects; whoever is not in the list is no longer protected.
          - Names are looked up in Nova, in the same project. An unknown or ambiguous name fails the entry.
          - A server that the workload lists and that is gone from Nova brings a warning, and stays as long as it is in this list.
          - This or O(workloads[].selector) is required to create a workload, and the two exclude each other.
        type: list
        elements: str
      selector:
        description:
          - The servers that the workload protects, by what Nova says of them when the task runs. All conditions that are given must hold.
          - A server that is not selected any more is no longer protected by this workload.
        type: dict
        suboptions:
          name:
            description:
              - Shell patterns, such as V(web-*), one of which must fit the whole name of the server. Upper and lower case differ.
            type: list
            elements: str
          metadata:
            description:
              - Keys and values that the metadata of the server must hold, such as C(backup) with the value C(gold). Values are text and must be equal.
            type: dict
          tags:
            description:
              - Tags that the server must have, all of them. Needs a Nova that knows microversion 2.26.
            type: list
            elements: str
          availability_zone:
            description:
              - Availability zones, in one of which the server must be.
            type: list
            elements: str
          all:
            description:
              - V(true) selects all servers of the project. It takes the place of conditions.
            type: bool
      exclude:
        description:
          - Names, ids, or shell patterns of names of servers that O(workloads[].selector) must not select. What fits no server is no error.
        type: list
        elements: str
      schedule:
        # BEGIN schedule at=workloads[].
        description:
          - When snapshots are taken and how long they are kept, in one of two forms. Servers of line 6 know the tracks
            O(workloads[].schedule.hourly), O(workloads[].schedule.daily), O(workloads[].schedule.weekly),
            O(workloads[].schedule.monthly), O(workloads[].schedule.yearly) and O(workloads[].schedule.manual); servers
            of lines 4 and 5 know O(workloads[].schedule.interval), O(workloads[].schedule.retention_count) or
            O(workloads[].schedule.retention_days), and O(workloads[].schedule.full_backup_interval).
          - Only what is given is compared and written. A track is given whole; an empty one, C({}), is removed.
          - A workload that is created without it, and without O(workloads[].policy), gets a disabled schedule.
        type: dict
        suboptions:
          enabled:
            description:
              - Whether the scheduler takes snapshots by this schedule.
              - When a workload is created without it, the schedule is enabled if O(workloads[].policy) is given, or if
                O(workloads[].schedule) holds more than O(workloads[].schedule.manual) and
                O(workloads[].schedule.manual_retention_days); otherwise it is disabled. Afterwards it is left alone
                unless given.
            type: bool
          timezone:
            description:
              - Time zone of the schedule, a name of the IANA database such as V(Europe/Berlin), or an offset from UTC
                such as V(UTC+2), which is two hours east of Greenwich.
              - Two zones count as the same if their clocks agree all through the current year.
              - Some servers convert into UTC what they are told. Give O(workloads[].schedule.start_time) with the zone,
                so that such a server is recognised; the zone alone would be reported as changed by every run.
            type: str
          start_date:
            description:
              - Day of the first snapshot, C(YYYY-MM-DD).
              - Compared only when given.
            type: str
          end_date:
            description:
              - Day on which the schedule ends, C(YYYY-MM-DD). Must be after O(workloads[].schedule.start_date).
            type: str
          start_time:
            description:
              - Time of the first snapshot, C(HH:MM), 24 hours. Put it in quotes, since YAML reads V(14:15) without
                quotes as a number.
            type: str
          hourly:
            description:
              - Snapshots every few hours. Server line 6. Mandatory while O(workloads[].schedule.enabled=true), unless
                O(workloads[].policy) is given.
              - A track, which this one is, is given as a whole. A track that is not given stays as it is; an empty
                dictionary removes it.
            type: dict
            suboptions:
              interval:
                description: Hours between two snapshots. Required, unless the track is to be removed.
                type: int
                choices: [1, 2, 3, 4, 6, 8, 12, 24]
              retention:
                description: How many of these snapshots are kept, at least V(1). Required, unless the track is to be
                  removed.
                type: int
              snapshot_type:
                description: Whether these snapshots hold only what has changed, or everything. V(incremental) when the
                  track is given without it.
                type: str
                choices: [incremental, full]
          daily:
            description:
              - Snapshots at given times of the day. Server line 6. Needs O(workloads[].schedule.hourly) while
                O(workloads[].schedule.enabled=true).
              - Given as a whole; an empty dictionary removes it.
            type: dict
            suboptions:
              backup_time:
                description: Times of the day, C(HH:MM), 24 hours, in quotes. The order does not matter. Required,
                  unless the track is to be removed.
                type: list
                elements: str
              retention:
                description: How many of these snapshots are kept, at least V(1). Required, unless the track is to be
                  removed.
                type: int
              snapshot_type:
                description: Whether these snapshots hold only what has changed, or everything. V(incremental) when the
                  track is given without it.
                type: str
                choices: [incremental, full]
          weekly:
            description:
              - Snapshots on given days of the week. Server line 6. Needs O(workloads[].schedule.daily) while
                O(workloads[].schedule.enabled=true).
              - Given as a whole; an empty dictionary removes it.
            type: dict
            suboptions:
              backup_day:
                description: Days of the week. The order does not matter. Required, unless the track is to be removed.
                type: list
                elements: str
                choices: [mon, tue, wed, thu, fri, sat, sun]
              retention:
                description: How many of these snapshots are kept, at least V(1). Required, unless the track is to be
                  removed.
                type: int
              snapshot_type:
                description: Weekly snapshots are always full. V(full) when the track is given without it.
                type: str
                choices: [full]
          monthly:
            description:
              - Snapshots on given days of the month. Server line 6. Needs O(workloads[].schedule.daily) while
                O(workloads[].schedule.enabled=true).
              - Given as a whole; an empty dictionary removes it.
            type: dict
            suboptions:
              month_backup_day:
                description: Days of the month, V(1) to V(31). The order does not matter. Required, unless the track is
                  to be removed.
                type: list
                elements: int
              retention:
                description: How many of these snapshots are kept, at least V(1). Required, unless the track is to be
                  removed.
                type: int
              snapshot_type:
                description: Monthly snapshots are always full. V(full) when the track is given without it.
                type: str
                choices: [full]
          yearly:
            description:
              - Snapshots in given months. Server line 6. Needs O(workloads[].schedule.monthly) while
                O(workloads[].schedule.enabled=true).
              - Given as a whole; an empty dictionary removes it.
            type: dict
            suboptions:
              backup_month:
                description: Months. The order does not matter. Required, unless the track is to be removed.
                type: list
                elements: str
                choices: [jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec]
              retention:
                description: How many of these snapshots are kept, at least V(1). Required, unless the track is to be
                  removed.
                type: int
              snapshot_type:
                description: Yearly snapshots are always full. V(full) when the track is given without it.
                type: str
                choices: [full]
          manual:
            description:
              - What becomes of snapshots that were not taken by the schedule. Server line 6.
              - The server requires it even of a disabled schedule, so it cannot be removed. When a workload is created
                without it and without O(workloads[].policy), 30 manual snapshots are kept.
            type: dict
            suboptions:
              retention:
                description: How many manual snapshots are kept, at least V(1). Required.
                type: int
          manual_retention_days:
            description:
              - For how many days manual snapshots are kept, at least V(1). Server line 6.
            type: int
          interval:
            description:
              - Hours between two snapshots, at least V(1). Server lines 4 and 5. Mandatory while
                O(workloads[].schedule.enabled=true), unless O(workloads[].policy) is given.
              - The form of lines 4 and 5 (O(workloads[].schedule.interval), O(workloads[].schedule.retention_count),
                O(workloads[].schedule.retention_days), O(workloads[].schedule.full_backup_interval)) and the tracks of
                line 6 exclude each other.
            type: int
          retention_count:
            description:
              - How many snapshots are kept, at least V(1). Server lines 4 and 5. Excludes
                O(workloads[].schedule.retention_days).
            type: int
          retention_days:
            description:
              - For how many days snapshots are kept, at least V(1). Server lines 4 and 5. Excludes
                O(workloads[].schedule.retention_count).
            type: int
          full_backup_interval:
            description:
              - After how many snapshots one is full. V(-1) for never (but the first one), V(0) for always. Server lines
                4 and 5.
            type: int
        # END schedule
  on_empty_selection:
    description:
      - What becomes of an entry whose O(workloads[].selector) selects no server.
      - With V(fail) it fails. With V(skip) it brings a warning, and its workload stays as it is if there is one.
    type: str
    choices:
      - fail
      - skip
    default: fail
  owner:
    description:
      - Whose set this is. Each workload of the set is marked with this text, in its metadata under the key C(openprotect_owner).
      - A workload without a mark that is in the set is adopted, that is, the mark is written. One that carries the mark of another owner fails its entry.
      - Use another text for each set of a project, such as the name of the repository that declares it.
    type: str
  prune:
    description:
      - Whether workloads that carry the mark of O(owner) and are not in O(workloads) are deleted. Requires O(owner) and O(wait=true).
      - They are deleted one after the other when all entries are as declared. The mark is read again right before. If anything at all failed, nothing is
        deleted.
      - A workload without that mark is never deleted.
    type: bool
    default: false
  delete_snapshots:
    description:
      - Whether a workload that holds snapshots may be deleted by O(prune), and the backups with it. Otherwise such a workload fails the task.
    type: bool
    default: false
  max_deletions:
    description:
      - How many workloads O(prune) may delete in one run. If it would be more, the task fails before the first write.
      - The small default keeps a variable that is empty by mistake from emptying a project.
    type: int
    default: 1
  fail_fast:
    description:
      - Whether an entry that fails stops the others. If something is wrong before the first write, nothing is written then; later, what was begun is
        finished and nothing else is begun.
    type: bool
    default: false
  parallel:
    description:
      - How many workloads are read, created or changed at a time, V(1) to V(32).
    type: int
    default: 8
  timeout:
    description:
      - Seconds to wait at most for each workload, with O(wait=true).
      - The server goes on when the time is over; running the task again continues from there.
    type: int
    default: 600
seealso:
  - module: openprotect.backup.workload
  - module: openprotect.backup.workload_info
  - name: Sets of workloads
    description: Marks, adoption, deletion and its guards, selectors, and how many requests a run takes.
    link: https://github.com/openprotect/ansible-collection-backup/blob/main/docs/docsite/rst/guide_workload_sets.rst
"""

EXAMPLES = r"""
- name: Keep three workloads as declared, on a server of line 6
  openprotect.backup.workloads:
    cloud: mycloud
    workloads:
      - name: web
        instances:
          - web-1
          - web-2
        backup_target_type: nfs-gold
        schedule: &nightly
          enabled: true
          timezone: Europe/Berlin
          start_time: "22:00"
          hourly:
            interval: 24
            retention: 7
      - name: db
        instances:
          - db-1
        schedule: *nightly
      - name: mail
        instances:
          - mail-1
        schedule: *nightly

- name: Protect by what servers say of themselves, and delete what is declared no longer
  openprotect.backup.workloads:
    cloud: mycloud
    owner: shop-backups
    prune: true
    max_deletions: 2
    on_empty_selection: skip
    workloads:
      - name: gold
        selector:
          metadata:
            backup: gold
        exclude:
          - "*-scratch"
        policy: gold
      - name: silver
        selector:
          metadata:
            backup: silver
          availability_zone:
            - az-1
            - az-2
        policy: silver
      - name: build-machines
        selector:
          name:
            - build-*
          tags:
            - keep
        policy: bronze

- name: See what a run would change, and fail at the first thing that is wrong
  openprotect.backup.workloads:
    cloud: mycloud
    fail_fast: true
    workloads:
      - name: web
        policy: gold
  check_mode: true
  diff: true
"""

RETURN = r"""
workloads:
  description:
    - The workloads of the set in the order of O(workloads), as the server shows them or, in check mode, as they would be.
    - Of an entry that failed or was skipped, what is known of its workload; all of it may be null but the name.
  returned: success, and when some failed
  type: list
  elements: dict
  contains:
    id:
      description: Id of the workload; null where check mode would create it.
      type: str
    # BEGIN workload schedule=workloads[].schedule
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
      description: The schedule in the form of the option O(workloads[].schedule).
      type: dict
    jobschedule:
      description: The schedule as the server shows it.
      type: dict
    storage_usage:
      description: What the backups take on the target, as the server shows it.
      type: dict
    # END workload
    action:
      description:
        - What was done or, in check mode, would be; V(create), V(update), or V(adopt) where only the mark is written. Null for nothing.
        - Of an entry that failed while it was written, what was begun.
      type: str
    outcome:
      description: What became of the entry, V(ok) for no change, V(changed), V(failed), or V(skipped).
      type: str
    reason:
      description: Why it was skipped, else null.
      type: str
    changed:
      description: Whether it was changed or, in check mode, would be.
      type: bool
    error:
      description: What went wrong with the entry, in the form of the RV(error) of a task together with its C(msg). Null where nothing did.
      type: dict
pruned:
  description: The workloads that were surplus, and those of which it could not be found out; empty without O(prune=true).
  returned: success, and when some failed
  type: list
  elements: dict
  contains:
    id:
      description: Id of the workload.
      type: str
    name:
      description: Name of the workload.
      type: str
    action:
      description: V(delete), or null where it was not planned.
      type: str
    outcome:
      description: V(changed) where it was deleted or, in check mode, would be; V(failed); V(skipped) because something else failed.
      type: str
    reason:
      description: Why it was skipped, else null.
      type: str
    changed:
      description: Whether it was deleted or, in check mode, would be.
      type: bool
    error:
      description: What went wrong, as in RV(workloads[].error).
      type: dict
counts:
  description: How many workloads ended how. Each is counted once.
  returned: success, and when some failed
  type: dict
  contains:
    created:
      description: Created.
      type: int
    updated:
      description: Changed, some of which may have been adopted by the way.
      type: int
    adopted:
      description: Marked, and otherwise as declared.
      type: int
    deleted:
      description: Deleted by O(prune).
      type: int
    unchanged:
      description: As declared already.
      type: int
    skipped:
      description: Left alone.
      type: int
    failed:
      description: Failed.
      type: int
# BEGIN project_id returned="success, and when some failed"
project_id:
  description: Project of the token.
  returned: success, and when some failed
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
# END project_id
plan:
  description:
    - What was done or, in check mode, would be done, in the order of the results. Of a workload that failed while it was written, what was begun.
    - In whatever place they stand here, workloads that give servers away are written before those that take them.
  returned: success, and when some failed
  type: list
  elements: dict
  contains:
    # BEGIN set_step
    action:
      description: V(create), V(adopt), V(update) or V(delete).
      type: str
    kind:
      description: Kind of the object, V(workload) or V(snapshot).
      type: str
    name:
      description: Name of the object.
      type: str
    id:
      description: Id of the object, null before it is created.
      type: str
    fields:
      description: Options that differ, such as V(description) or V(schedule.daily).
      type: list
      elements: str
    # END set_step
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
from ..module_utils._trilio.workload_set import converge as workload_set


def main() -> None:
    """Run the module."""
    run.run_set(workload_set.prepare, {**workload_set.SPEC, **run.wait_spec(timeout=600)})


if __name__ == "__main__":
    main()
