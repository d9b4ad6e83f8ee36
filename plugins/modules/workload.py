#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a workload as declared."""

DOCUMENTATION = r"""
module: workload
short_description: Keep a workload of Trilio for OpenStack as declared
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Creates, changes and deletes workloads, the unit in which Trilio for OpenStack protects servers.
  - What is not given is left as it is. What is given is compared with what the server shows, and written only if it differs.
  - After a write the workload is read again, and the task fails if it does not show what was written.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) creates the workload if it is not there, and changes what differs.
      - V(absent) deletes it. While snapshots exist that is refused, unless O(delete_snapshots) or O(keep_data) says what becomes of them.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - Name of the workload. It is looked for in the project of the token only.
      - Names are not unique on the server. If several workloads have the name the task fails and lists their ids.
      - Exactly one of O(name) and O(id) is required.
    type: str
  id:
    description:
      - Id of the workload, instead of its name. A workload with that id must exist, except with O(state=absent).
    type: str
  new_name:
    description:
      - Name that the workload shall have.
      - If no workload has the name O(name) and one has the name O(new_name), it has been renamed already. If both exist the task fails.
        If neither does, a workload is created under O(new_name).
    type: str
  # BEGIN workload_options
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
      - Name or id of the policy that the workload is bound to. What the policy decides cannot be given in O(schedule).
      - Required to create a workload in a project that has policies assigned.
      - A policy cannot be taken away, only exchanged for another one.
    type: str
  encryption:
    description:
      - Whether the backups are encrypted. Cannot be changed after creation.
    type: bool
  secret:
    description:
      - Id of the Barbican secret to encrypt with. Required to create a workload with O(encryption=true). Cannot be
        changed after creation.
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
      - Names are looked up in Nova, in the same project. An unknown or ambiguous name fails the task.
      - A server that the workload lists and that is gone from Nova brings a warning, and stays as long as it is in this list.
      - Required to create a workload.
    type: list
    elements: str
  schedule:
    # BEGIN schedule
    description:
      - When snapshots are taken and how long they are kept, in one of two forms. Servers of line 6 know the tracks
        O(schedule.hourly), O(schedule.daily), O(schedule.weekly), O(schedule.monthly), O(schedule.yearly) and
        O(schedule.manual); servers of lines 4 and 5 know O(schedule.interval), O(schedule.retention_count) or
        O(schedule.retention_days), and O(schedule.full_backup_interval).
      - Only what is given is compared and written. A track is given whole; an empty one, C({}), is removed.
      - A workload that is created without it, and without O(policy), gets a disabled schedule.
    type: dict
    suboptions:
      enabled:
        description:
          - Whether the scheduler takes snapshots by this schedule.
          - When a workload is created without it, the schedule is enabled if O(policy) is given, or if O(schedule)
            holds more than O(schedule.manual) and O(schedule.manual_retention_days); otherwise it is disabled.
            Afterwards it is left alone unless given.
        type: bool
      timezone:
        description:
          - Time zone of the schedule, a name of the IANA database such as V(Europe/Berlin), or an offset from UTC such
            as V(UTC+2), which is two hours east of Greenwich.
          - Two zones count as the same if their clocks agree all through the current year.
          - Some servers convert into UTC what they are told. Give O(schedule.start_time) with the zone, so that such a
            server is recognised; the zone alone would be reported as changed by every run.
        type: str
      start_date:
        description:
          - Day of the first snapshot, C(YYYY-MM-DD).
          - Compared only when given.
        type: str
      end_date:
        description:
          - Day on which the schedule ends, C(YYYY-MM-DD). Must be after O(schedule.start_date).
        type: str
      start_time:
        description:
          - Time of the first snapshot, C(HH:MM), 24 hours. Put it in quotes, since YAML reads V(14:15) without quotes
            as a number.
        type: str
      hourly:
        description:
          - Snapshots every few hours. Server line 6. Mandatory while O(schedule.enabled=true), unless O(policy) is
            given.
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
          - Snapshots at given times of the day. Server line 6. Needs O(schedule.hourly) while O(schedule.enabled=true).
          - Given as a whole; an empty dictionary removes it.
        type: dict
        suboptions:
          backup_time:
            description: Times of the day, C(HH:MM), 24 hours, in quotes. The order does not matter. Required, unless
              the track is to be removed.
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
          - Snapshots on given days of the week. Server line 6. Needs O(schedule.daily) while O(schedule.enabled=true).
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
          - Snapshots on given days of the month. Server line 6. Needs O(schedule.daily) while O(schedule.enabled=true).
          - Given as a whole; an empty dictionary removes it.
        type: dict
        suboptions:
          month_backup_day:
            description: Days of the month, V(1) to V(31). The order does not matter. Required, unless the track is to
              be removed.
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
          - Snapshots in given months. Server line 6. Needs O(schedule.monthly) while O(schedule.enabled=true).
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
            without it and without O(policy), 30 manual snapshots are kept.
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
          - Hours between two snapshots, at least V(1). Server lines 4 and 5. Mandatory while O(schedule.enabled=true),
            unless O(policy) is given.
          - The form of lines 4 and 5 (O(schedule.interval), O(schedule.retention_count), O(schedule.retention_days),
            O(schedule.full_backup_interval)) and the tracks of line 6 exclude each other.
        type: int
      retention_count:
        description:
          - How many snapshots are kept, at least V(1). Server lines 4 and 5. Excludes O(schedule.retention_days).
        type: int
      retention_days:
        description:
          - For how many days snapshots are kept, at least V(1). Server lines 4 and 5. Excludes
            O(schedule.retention_count).
        type: int
      full_backup_interval:
        description:
          - After how many snapshots one is full. V(-1) for never (but the first one), V(0) for always. Server lines 4
            and 5.
        type: int
    # END schedule
  delete_snapshots:
    description:
      - With O(state=absent), delete all snapshots of the workload first, one after the other, and the backups with them.
    type: bool
    default: false
  keep_data:
    description:
      - With O(state=absent), forget the workload and leave its backups on the target, from where an administrator can import them again.
    type: bool
    default: false
  timeout:
    description:
      - Seconds to wait at most, with O(wait=true).
      - The server goes on when the time is over; running the task again continues from there.
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

- name: Stop the schedule for a while
  openprotect.backup.workload:
    cloud: mycloud
    name: web
    schedule:
      enabled: false

- name: Remove the weekly track and leave the others alone
  openprotect.backup.workload:
    cloud: mycloud
    name: web
    schedule:
      weekly: {}

- name: Let a policy of the cloud decide when and how long
  openprotect.backup.workload:
    cloud: mycloud
    name: web
    policy: gold

- name: Give the workload another name
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
  description: The workload as the server shows it or, in check mode, as it would be. Null where it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: Id of the workload; null where check mode would create it.
      type: str
    # BEGIN workload schedule=schedule
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
      description: The schedule in the form of the option O(schedule).
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
# BEGIN workload_plan
plan:
  description: What was done or, in check mode, would be done, in order. Empty where nothing is to be done.
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
      description: Id of the object, null before it is created.
      type: str
    fields:
      description: Options that differ, such as V(description) or V(schedule.daily).
      type: list
      elements: str
# END workload_plan
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
from ..module_utils._trilio.workload.resource import KIND


def main() -> None:
    """Run the module."""
    run.run_resource(
        KIND,
        {
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "id": {"type": "str"},
            "new_name": {"type": "str"},
            "delete_snapshots": {"type": "bool", "default": False},
            "keep_data": {"type": "bool", "default": False},
            **run.wait_spec(timeout=600),
        },
        required_one_of=[("name", "id")],
        mutually_exclusive=[("name", "id"), ("delete_snapshots", "keep_data")],
    )


if __name__ == "__main__":
    main()
