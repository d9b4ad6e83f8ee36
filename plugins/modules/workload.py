#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a workload as declared."""

DOCUMENTATION = r"""
module: workload
short_description: Manage a workload of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Creates, changes and deletes workloads, the unit in which Trilio for OpenStack protects servers.
  - Options that are not set are left unchanged. Options that are set are compared with the server, and written only if
    they differ.
  - After a write, the task reads the workload again, and fails if the workload does not show what was written.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) creates the workload if it does not exist, and changes what differs.
      - V(absent) deletes the workload. If it has snapshots, the task fails unless O(delete_snapshots) or O(keep_data)
        says what to do with them.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - Name of the workload. It is looked up in the project of the token only.
      - Names are not unique on the server. If several workloads have this name, the task fails and lists their ids.
      - Exactly one of O(name) and O(id) is required.
    type: str
  id:
    description:
      - Id of the workload, instead of its name. A workload with this id must exist, except with O(state=absent).
    type: str
  new_name:
    description:
      - New name of the workload.
      - If only a workload with the name O(new_name) exists, it has been renamed already. If workloads with both names
        exist, the task fails. If there is neither, a workload is created with the name O(new_name).
    type: str
  # BEGIN workload_options
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
        O(schedule).
      - Required to create a workload in a project that has policies assigned.
      - A policy cannot be removed from a workload, only replaced by another policy.
    type: str
  encryption:
    description:
      - If V(true), the backups are encrypted. Cannot be changed after creation.
    type: bool
  secret:
    description:
      - Id of the Barbican secret to encrypt with. Required to create a workload with O(encryption=true). Cannot be
        changed after creation.
      - The server requires a separate secret for each workload.
    type: str
  metadata:
    description:
      - Metadata of the workload. Only the given keys are managed. A key with the value null is removed, if the server
        allows that.
      - Values are strings. The keys of the server itself are rejected.
    type: dict
  # END workload_options
  instances:
    description:
      - Names or ids of all servers that the workload protects. Servers that are not listed are no longer protected.
      - Names are looked up in Nova, in the same project. An unknown or ambiguous name fails the task.
      - If a server of the workload does not exist in Nova any more, the task warns. The server stays in the workload as
        long as it is in this list.
      - Required to create a workload.
    type: list
    elements: str
  schedule:
    # BEGIN schedule
    description:
      - When snapshots are taken and how long they are kept. There are two forms.
      - Servers of line 6 use the tracks O(schedule.hourly), O(schedule.daily), O(schedule.weekly), O(schedule.monthly),
        O(schedule.yearly) and O(schedule.manual).
      - Servers of lines 4 and 5 use O(schedule.interval), O(schedule.retention_count) or O(schedule.retention_days),
        and O(schedule.full_backup_interval).
      - Only the given keys are compared and written. A track is set as a whole. An empty track, C({}), is removed.
      - A workload that is created without O(schedule) and without O(policy) gets a disabled schedule.
    type: dict
    suboptions:
      enabled:
        description:
          - If V(true), the scheduler takes snapshots by this schedule.
          - If it is not set when a workload is created, the schedule is enabled if O(policy) is set, or if O(schedule)
            holds more than O(schedule.manual) and O(schedule.manual_retention_days). Otherwise the schedule is
            disabled.
          - If it is not set later, it is left unchanged.
        type: bool
      timezone:
        description:
          - Time zone of the schedule. This is a name of the IANA database, such as V(Europe/Berlin), or an offset from
            UTC, such as V(UTC+2), which is two hours east of Greenwich.
          - Two zones are equal if their clocks agree throughout the current year.
          - Some servers convert the schedule to UTC. Set O(schedule.start_time) together with the zone, so that such a
            server is recognised. With the zone alone, every run would report a change.
        type: str
      start_date:
        description:
          - Date of the first snapshot, C(YYYY-MM-DD).
          - Compared only if it is set.
        type: str
      end_date:
        description:
          - Date on which the schedule ends, C(YYYY-MM-DD). Must be after O(schedule.start_date).
        type: str
      start_time:
        description:
          - Time of the first snapshot in 24-hour format, C(HH:MM). Put it in quotes, because YAML reads V(14:15)
            without quotes as a number.
        type: str
      hourly:
        description:
          - Snapshots every few hours, counted from O(schedule.start_time). Line 6 only. Required while
            O(schedule.enabled=true), unless O(policy) is set. V(24) beside O(schedule.daily) may take two snapshots a
            day; each track keeps its own.
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
            description: Type of these snapshots. V(incremental) holds only what has changed, V(full) holds everything.
              If it is not set, it is V(incremental).
            type: str
            choices: [incremental, full]
      daily:
        description:
          - Snapshots at fixed times of the day. Line 6 only. Requires O(schedule.hourly) while
            O(schedule.enabled=true).
          - The track is set as a whole. An empty dictionary removes the track.
        type: dict
        suboptions:
          backup_time:
            description: Times of the day in 24-hour format, C(HH:MM), in quotes. The order does not matter. Required,
              unless the track is removed.
            type: list
            elements: str
          retention:
            description: Number of these snapshots to keep, at least V(1). Required, unless the track is removed.
            type: int
          snapshot_type:
            description: Type of these snapshots. V(incremental) holds only what has changed, V(full) holds everything.
              If it is not set, it is V(incremental).
            type: str
            choices: [incremental, full]
      weekly:
        description:
          - Snapshots on fixed days of the week. Line 6 only. Requires O(schedule.daily) while O(schedule.enabled=true).
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
          - Snapshots on fixed days of the month. Line 6 only. Requires O(schedule.daily) while
            O(schedule.enabled=true).
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
          - Snapshots in fixed months. Line 6 only. Requires O(schedule.monthly) while O(schedule.enabled=true).
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
            without it and without O(policy), 30 manual snapshots are kept.
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
            O(schedule.enabled=true), unless O(policy) is set.
          - The options of lines 4 and 5 (O(schedule.interval), O(schedule.retention_count), O(schedule.retention_days),
            O(schedule.full_backup_interval)) and the tracks of line 6 are mutually exclusive.
        type: int
      retention_count:
        description:
          - Number of snapshots to keep, at least V(1). Lines 4 and 5 only. Mutually exclusive with
            O(schedule.retention_days).
        type: int
      retention_days:
        description:
          - Number of days to keep snapshots, at least V(1). Lines 4 and 5 only. Mutually exclusive with
            O(schedule.retention_count).
        type: int
      full_backup_interval:
        description:
          - Number of snapshots after which a full one is taken. V(-1) means never, except for the first snapshot. V(0)
            means always. Lines 4 and 5 only.
        type: int
    # END schedule
  delete_snapshots:
    description:
      - If V(true), O(state=absent) first deletes all snapshots of the workload and their backups, one after the other.
    type: bool
    default: false
  keep_data:
    description:
      - If V(true), O(state=absent) removes the workload from the server and leaves its backups on the backup target. An
        administrator can import them again.
    type: bool
    default: false
  timeout:
    description:
      - Maximum number of seconds to wait, if O(wait=true).
      - After that the server goes on, and running the task again continues from there.
    type: int
    default: 600
seealso:
  - module: openprotect.backup.workload_info
  - module: openprotect.backup.workload_policy
  - module: openprotect.backup.workload_action
"""

EXAMPLES = r"""
- name: Protect the web servers every day, on a server of line 6
  openprotect.backup.workload:
    cloud: mycloud
    name: web
    description: The shop front
    instances:
      - web-1
      - web-2
    backup_target_type: nfs-gold
    schedule:
      enabled: true
      timezone: Europe/Berlin
      start_time: "22:00"
      hourly:
        interval: 24
        retention: 7
      daily:
        backup_time: ["22:00"]
        retention: 14
      weekly:
        backup_day: [sun]
        retention: 8

- name: The same on a server of line 4 or 5
  openprotect.backup.workload:
    cloud: mycloud
    name: web
    instances:
      - web-1
      - web-2
    schedule:
      enabled: true
      timezone: Europe/Berlin
      start_time: "22:00"
      interval: 24
      retention_count: 14
      full_backup_interval: 7

- name: Disable the schedule
  openprotect.backup.workload:
    cloud: mycloud
    name: web
    schedule:
      enabled: false

- name: Remove the weekly track and leave the other tracks unchanged
  openprotect.backup.workload:
    cloud: mycloud
    name: web
    schedule:
      weekly: {}

- name: Bind the workload to a policy
  openprotect.backup.workload:
    cloud: mycloud
    name: web
    policy: gold

- name: Rename the workload
  openprotect.backup.workload:
    cloud: mycloud
    name: web
    new_name: shop-web

- name: Delete the workload with its snapshots
  openprotect.backup.workload:
    cloud: mycloud
    name: shop-web
    state: absent
    delete_snapshots: true
"""

RETURN = r"""
workload:
  description: Workload as the server shows it or, in check mode, as it would be. Null if it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: Id of the workload. Null if check mode would create it.
      type: str
    # BEGIN workload schedule=schedule
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
      description: Schedule in the form of the option O(schedule).
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
# BEGIN workload_plan
plan:
  description: Steps that were done or, in check mode, would be done, in order. Empty if there is nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(update) or V(delete).
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
# END workload_plan
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

from ..module_utils._openstack.run_resource import run_resource
from ..module_utils._trilio.workload.resource import Workload


def main() -> None:
    """Run the module."""
    run_resource(Workload)


if __name__ == "__main__":
    main()
