#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep all workloads of a set as declared."""

DOCUMENTATION = r"""
module: workloads
short_description: Manage a set of workloads of Trilio for OpenStack, by names or selectors
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Manages many workloads in one task, with one login and one list of each kind. M(openprotect.backup.workload) manages
    one.
  - Each entry of O(workloads) works like the options of M(openprotect.backup.workload). Options that are not set are
    left unchanged.
  - The whole plan is made before the first write. If two entries refer to one workload or claim one server, the task
    fails and nothing is written.
  - A failed entry does not stop the other entries, unless O(fail_fast=true). The task fails at the end, and its result
    shows the outcome of each entry.
  - With O(prune=true), workloads that are no longer in the set are deleted, if they carry the mark of O(owner).
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  workloads:
    description:
      - Workloads of the set. The order is the order of the results, and has no other meaning.
      - An empty list is not an error. With O(prune=true), all workloads of the owner are surplus then.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the workload. It is looked up in the project of the token only.
          - Names are not unique on the server. If several workloads have this name, the entry fails and lists their
            ids.
          - Exactly one of O(workloads[].name) and O(workloads[].id) is required.
        type: str
      id:
        description:
          - Id of the workload, instead of its name. A workload with this id must exist.
        type: str
      new_name:
        description:
          - New name of the workload.
          - If only a workload with the name O(workloads[].new_name) exists, it has been renamed already. If workloads
            with both names exist, the entry fails. If there is neither, a workload is created with the name
            O(workloads[].new_name).
        type: str
      # BEGIN workload_options at=workloads[].
      description:
        description:
          - Description of the workload. An empty string removes it.
        type: str
      workload_type:
        description:
          - Name or id of the workload type, such as V(Serial) or V(Parallel). Cannot be changed after creation.
        type: str
      backup_target_type:
        description:
          - Name or id of the backup target type that the backups are stored on. Cannot be changed after creation.
          - If it is not set when a workload is created, the server uses its default.
          - Servers of line 4 have no backup target types.
        type: str
      policy:
        description:
          - Name or id of the policy that the workload is bound to. Settings that the policy decides cannot be set in
            O(workloads[].schedule).
          - Required to create a workload in a project that has policies assigned.
          - A policy cannot be removed from a workload, only replaced by another policy.
        type: str
      encryption:
        description:
          - If V(true), the backups are encrypted. Cannot be changed after creation.
        type: bool
      secret:
        description:
          - Id of the Barbican secret to encrypt with. Required to create a workload with
            O(workloads[].encryption=true). Cannot be changed after creation.
          - The server requires a separate secret for each workload.
        type: str
      metadata:
        description:
          - Metadata of the workload. Only the given keys are managed. A key with the value null is removed, if the
            server allows that.
          - Values are strings. The keys of the server itself are rejected.
        type: dict
      # END workload_options
      instances:
        description:
          - Names or ids of all servers that the workload protects. Servers that are not listed are no longer protected.
          - Names are looked up in Nova, in the same project. An unknown or ambiguous name fails the entry.
          - If a server of the workload does not exist in Nova any more, the task warns. The server stays in the
            workload as long as it is in this list.
          - This option or O(workloads[].selector) is required to create a workload. The two are mutually exclusive.
        type: list
        elements: str
      selector:
        description:
          - Selects the servers that the workload protects by their properties in Nova when the task runs. A server must
            meet all given conditions.
          - Servers that are not selected are no longer protected by this workload.
          - Copies of a recovery test are never selected. The task warns about them.
        type: dict
        suboptions:
          name:
            description:
              - Shell patterns, such as V(web-*). One of them must match the whole name of the server. Matching is
                case-sensitive.
            type: list
            elements: str
          metadata:
            description:
              - Keys and values that the metadata of the server must hold, such as C(backup) with the value C(gold).
                Values are strings and must be equal.
            type: dict
          tags:
            description:
              - Tags. The server must have all of them. Requires a Nova that supports microversion 2.26.
            type: list
            elements: str
          availability_zone:
            description:
              - Availability zones. The server must be in one of them.
            type: list
            elements: str
          all:
            description:
              - If V(true), all servers of the project are selected. Use it instead of conditions.
            type: bool
      exclude:
        description:
          - Names, ids, or shell patterns of names of servers that O(workloads[].selector) must not select. An entry
            that matches no server is not an error.
        type: list
        elements: str
      schedule:
        # BEGIN schedule at=workloads[].
        description:
          - When snapshots are taken and how long they are kept. There are two forms.
          - Servers of line 6 use the tracks O(workloads[].schedule.hourly), O(workloads[].schedule.daily),
            O(workloads[].schedule.weekly), O(workloads[].schedule.monthly), O(workloads[].schedule.yearly) and
            O(workloads[].schedule.manual).
          - Servers of lines 4 and 5 use O(workloads[].schedule.interval), O(workloads[].schedule.retention_count) or
            O(workloads[].schedule.retention_days), and O(workloads[].schedule.full_backup_interval).
          - Only the given keys are compared and written. A track is set as a whole. An empty track, C({}), is removed.
          - A workload that is created without O(workloads[].schedule) and without O(workloads[].policy) gets a disabled
            schedule.
        type: dict
        suboptions:
          enabled:
            description:
              - If V(true), the scheduler takes snapshots by this schedule.
              - If it is not set when a workload is created, the schedule is enabled if O(workloads[].policy) is set, or
                if O(workloads[].schedule) holds more than O(workloads[].schedule.manual) and
                O(workloads[].schedule.manual_retention_days). Otherwise the schedule is disabled.
              - If it is not set later, it is left unchanged.
            type: bool
          timezone:
            description:
              - Time zone of the schedule. This is a name of the IANA database, such as V(Europe/Berlin), or an offset
                from UTC, such as V(UTC+2), which is two hours east of Greenwich.
              - Two zones are equal if their clocks agree throughout the current year.
              - Some servers convert the schedule to UTC. Set O(workloads[].schedule.start_time) together with the zone,
                so that such a server is recognised. With the zone alone, every run would report a change.
            type: str
          start_date:
            description:
              - Date of the first snapshot, C(YYYY-MM-DD).
              - Compared only if it is set.
            type: str
          end_date:
            description:
              - Date on which the schedule ends, C(YYYY-MM-DD). Must be after O(workloads[].schedule.start_date).
            type: str
          start_time:
            description:
              - Time of the first snapshot in 24-hour format, C(HH:MM). Put it in quotes, because YAML reads V(14:15)
                without quotes as a number.
            type: str
          hourly:
            description:
              - Snapshots every few hours, counted from O(workloads[].schedule.start_time). Line 6 only. Required while
                O(workloads[].schedule.enabled=true), unless O(workloads[].policy) is set. V(24) beside
                O(workloads[].schedule.daily) may take two snapshots a day; each track keeps its own.
              - Like every track, it is set as a whole. A track that is not set is left unchanged. An empty dictionary
                removes it.
            type: dict
            suboptions:
              interval:
                description: Number of hours between two snapshots. Required, unless the track is removed.
                type: int
                choices: [1, 2, 3, 4, 6, 8, 12, 24]
              retention:
                description: Number of these snapshots to keep, at least V(1). Required, unless the track is removed.
                type: int
              snapshot_type:
                description: Type of these snapshots. V(incremental) holds only what has changed, V(full) holds
                  everything. If it is not set, it is V(incremental).
                type: str
                choices: [incremental, full]
          daily:
            description:
              - Snapshots at fixed times of the day. Line 6 only. Requires O(workloads[].schedule.hourly) while
                O(workloads[].schedule.enabled=true).
              - The track is set as a whole. An empty dictionary removes the track.
            type: dict
            suboptions:
              backup_time:
                description: Times of the day in 24-hour format, C(HH:MM), in quotes. The order does not matter.
                  Required, unless the track is removed.
                type: list
                elements: str
              retention:
                description: Number of these snapshots to keep, at least V(1). Required, unless the track is removed.
                type: int
              snapshot_type:
                description: Type of these snapshots. V(incremental) holds only what has changed, V(full) holds
                  everything. If it is not set, it is V(incremental).
                type: str
                choices: [incremental, full]
          weekly:
            description:
              - Snapshots on fixed days of the week. Line 6 only. Requires O(workloads[].schedule.daily) while
                O(workloads[].schedule.enabled=true).
              - The track is set as a whole. An empty dictionary removes the track.
            type: dict
            suboptions:
              backup_day:
                description: Days of the week. The order does not matter. Required, unless the track is removed.
                type: list
                elements: str
                choices: [mon, tue, wed, thu, fri, sat, sun]
              retention:
                description: Number of these snapshots to keep, at least V(1). Required, unless the track is removed.
                type: int
              snapshot_type:
                description: Weekly snapshots are always full, so that is the default.
                type: str
                choices: [full]
          monthly:
            description:
              - Snapshots on fixed days of the month. Line 6 only. Requires O(workloads[].schedule.daily) while
                O(workloads[].schedule.enabled=true).
              - The track is set as a whole. An empty dictionary removes the track.
            type: dict
            suboptions:
              month_backup_day:
                description: Days of the month, V(1) to V(31). The order does not matter. Required, unless the track is
                  removed.
                type: list
                elements: int
              retention:
                description: Number of these snapshots to keep, at least V(1). Required, unless the track is removed.
                type: int
              snapshot_type:
                description: Monthly snapshots are always full, so that is the default.
                type: str
                choices: [full]
          yearly:
            description:
              - Snapshots in fixed months. Line 6 only. Requires O(workloads[].schedule.monthly) while
                O(workloads[].schedule.enabled=true).
              - The track is set as a whole. An empty dictionary removes the track.
            type: dict
            suboptions:
              backup_month:
                description: Months. The order does not matter. Required, unless the track is removed.
                type: list
                elements: str
                choices: [jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec]
              retention:
                description: Number of these snapshots to keep, at least V(1). Required, unless the track is removed.
                type: int
              snapshot_type:
                description: Yearly snapshots are always full, so that is the default.
                type: str
                choices: [full]
          manual:
            description:
              - Retention of snapshots that were not taken by the schedule. Line 6 only.
              - The server requires it even for a disabled schedule, so it cannot be removed. If a workload is created
                without it and without O(workloads[].policy), 30 manual snapshots are kept.
            type: dict
            suboptions:
              retention:
                description: Number of manual snapshots to keep, at least V(1). Required.
                type: int
          manual_retention_days:
            description:
              - Number of days to keep manual snapshots, at least V(1). Line 6 only.
            type: int
          interval:
            description:
              - Number of hours between two snapshots, at least V(1). Lines 4 and 5 only. Required while
                O(workloads[].schedule.enabled=true), unless O(workloads[].policy) is set.
              - The options of lines 4 and 5 (O(workloads[].schedule.interval), O(workloads[].schedule.retention_count),
                O(workloads[].schedule.retention_days), O(workloads[].schedule.full_backup_interval)) and the tracks of
                line 6 are mutually exclusive.
            type: int
          retention_count:
            description:
              - Number of snapshots to keep, at least V(1). Lines 4 and 5 only. Mutually exclusive with
                O(workloads[].schedule.retention_days).
            type: int
          retention_days:
            description:
              - Number of days to keep snapshots, at least V(1). Lines 4 and 5 only. Mutually exclusive with
                O(workloads[].schedule.retention_count).
            type: int
          full_backup_interval:
            description:
              - Number of snapshots after which a full one is taken. V(-1) means never, except for the first snapshot.
                V(0) means always. Lines 4 and 5 only.
            type: int
        # END schedule
  on_empty_selection:
    description:
      - What to do with an entry if its O(workloads[].selector) selects no server.
      - With V(fail), the entry fails. With V(skip), the task warns, and an existing workload of the entry is left
        unchanged.
    type: str
    choices:
      - fail
      - skip
    default: fail
  owner:
    description:
      - Owner of the set. Each workload of the set is marked with this string, in its metadata under the key
        C(openprotect_owner).
      - A workload of the set without a mark is adopted, which means that the mark is written. An entry fails if its
        workload carries the mark of another owner.
      - Use a different string for each set of a project, such as the name of the repository that declares it.
    type: str
  prune:
    description:
      - If V(true), workloads that carry the mark of O(owner) and are not in O(workloads) are deleted. Requires O(owner)
        and O(wait=true).
      - They are deleted one after the other, after all entries are as declared. The mark is read again immediately
        before. If anything failed, nothing is deleted.
      - A workload without this mark is never deleted.
    type: bool
    default: false
  delete_snapshots:
    description:
      - If V(true), O(prune) may delete a workload that has snapshots, together with its backups. Otherwise such a
        workload fails the task, unless O(keep_data=true).
    type: bool
    default: false
  keep_data:
    description:
      - If V(true), O(prune) removes workloads from the server and leaves their backups on the backup target. An
        administrator can import them again. Mutually exclusive with O(delete_snapshots=true).
    type: bool
    default: false
  max_deletions:
    description:
      - Maximum number of workloads that O(prune) may delete in one run. If there are more, the task fails before the
        first write.
      - The low default protects a project from a variable that is empty by mistake.
    type: int
    default: 1
  fail_fast:
    description:
      - If V(true), a failed entry stops the others. If an entry fails before the first write, nothing is written. If it
        fails later, entries that were started are finished and no other entry is started.
    type: bool
    default: false
  parallel:
    description:
      - Number of workloads that are read, created or changed at the same time, V(1) to V(32).
    type: int
    default: 8
  timeout:
    description:
      - Maximum number of seconds to wait for each workload, if O(wait=true).
      - After that the server goes on, and running the task again continues from there.
    type: int
    default: 600
seealso:
  - module: openprotect.backup.workload
  - module: openprotect.backup.workload_info
  - name: Sets of workloads
    description: Marks, adoption, guarded deletion, selectors, and the number of requests of a run.
    link: https://github.com/openprotect/ansible-collection-backup/blob/main/docs/docsite/rst/guide_workload_sets.rst
"""

EXAMPLES = r"""
- name: Manage three workloads on a server of line 6
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

- name: Select servers by their properties, and delete workloads that are no longer declared
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

- name: Show what a run would change, and fail at the first error
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
    - Workloads of the set, in the order of O(workloads), as the server shows them or, in check mode, as they would be.
    - For an entry that failed or was skipped, what is known of its workload. All keys except the name may be null.
    - Ansible prints the whole result of a failed task. So if an entry failed, the rows of all others hold only
      C(name), C(id), C(outcome), the names of C(instances) and, unless they are empty, C(action), C(reason),
      C(servers_added) and C(servers_removed). The rows of failed entries hold what is declared in a set, without nulls.
  returned: success, and if some failed
  type: list
  elements: dict
  contains:
    id:
      description: Id of the workload. Null if check mode would create it.
      type: str
    # BEGIN workload schedule=workloads[].schedule
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
      description: Schedule in the form of the option O(workloads[].schedule).
      type: dict
    jobschedule:
      description: Schedule as the server shows it.
      type: dict
    storage_usage:
      description: Storage that the backups use on the target, as the server shows it.
      type: dict
    # END workload
    action:
      description:
        - Action that was done or, in check mode, would be done. V(create), V(update), or V(adopt) if only the mark is
          written. Null if there is nothing to do.
        - For an entry that failed while it was written, the action that was started.
      type: str
    outcome:
      description: Outcome of the entry. V(ok) for no change, V(changed), V(failed), or V(skipped).
      type: str
    reason:
      description: Reason why it was skipped. Null if it was not skipped.
      type: str
    changed:
      description: Whether it was changed or, in check mode, would be.
      type: bool
    error:
      description: Error of the entry, in the form of the RV(error) of a task together with its C(msg). Null if the
        entry did not fail.
      type: dict
    servers_added:
      description: Names of the servers that the workload gets.
      type: list
      elements: str
    servers_removed:
      description: Names of the servers that are taken off the workload.
      type: list
      elements: str
pruned:
  description: Workloads that were surplus, and workloads for which this could not be determined. Empty without
    O(prune=true).
  returned: success, and if some failed
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
      description: V(delete). Null if it was not planned.
      type: str
    outcome:
      description: V(changed) if it was deleted or, in check mode, would be. V(failed), or V(skipped) because something
        else failed.
      type: str
    reason:
      description: Reason why it was skipped. Null if it was not skipped.
      type: str
    changed:
      description: Whether it was deleted or, in check mode, would be.
      type: bool
    error:
      description: Error, as in RV(workloads[].error).
      type: dict
    snapshots:
      description: Number of snapshots that are deleted together with the workload.
      type: int
check_mode:
  description: Whether the task ran in check mode, so that nothing was written.
  returned: success, and if some failed
  type: bool
others:
  description: Workloads of the project that are neither in O(workloads) nor in RV(pruned), sorted by name.
  returned: success, and if some failed
  type: list
  elements: dict
  contains:
    id:
      description: Id of the workload.
      type: str
    name:
      description: Name of the workload.
      type: str
    mark:
      description: Mark of the workload. V(own) for that of O(owner), V(other) for that of another owner, V(none), or
        V(unknown) if the task has not read it. It reads the marks with O(owner) or O(prune), if the server lists
        workloads in detail.
      type: str
counts:
  description: Number of workloads by outcome. Each workload is counted once.
  returned: success, and if some failed
  type: dict
  contains:
    created:
      description: Number of created workloads.
      type: int
    updated:
      description: Number of changed workloads. Some of them may have been adopted as well.
      type: int
    adopted:
      description: Number of workloads that were marked and were otherwise as declared.
      type: int
    deleted:
      description: Number of workloads that O(prune) deleted.
      type: int
    unchanged:
      description: Number of workloads that were as declared already.
      type: int
    skipped:
      description: Number of workloads that were left unchanged because they were skipped.
      type: int
    failed:
      description: Number of workloads that failed.
      type: int
# BEGIN project_id returned="success, and when some failed"
project_id:
  description: Id of the project of the token.
  returned: success, and when some failed
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
plan:
  description:
    - Steps that were done or, in check mode, would be done, in the order of the results. For a workload that failed
      while it was written, the steps that were started.
    - Workloads that give servers away are written before workloads that take them, regardless of the order here.
  returned: success, and if some failed
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
      description: Id of the object. Null before it is created.
      type: str
    fields:
      description: Options that differ, such as V(description) or V(schedule.daily).
      type: list
      elements: str
    # END set_step
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
from ..module_utils._trilio.workload_set.converge import OPTIONS, WorkloadSet


def main() -> None:
    """Run the module."""
    run_operation(WorkloadSet, OPTIONS)


if __name__ == "__main__":
    main()
