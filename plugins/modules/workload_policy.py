#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a workload policy as declared."""

DOCUMENTATION = r"""
module: workload_policy
short_description: Manage a workload policy of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Creates, changes, assigns and deletes workload policies of Trilio. A policy decides how often snapshots of its
    workloads are taken and how long they are kept. For administrators.
  - To bind a workload to a policy, use the option O(openprotect.backup.workload#module:policy) of
    M(openprotect.backup.workload).
  - The server neither changes nor deletes a policy that a workload uses. In this case the task fails before it writes
    anything, and names the workloads.
  - As soon as a project has a policy assigned, every workload that is created in the project must be bound to a policy.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) creates the policy if it does not exist, and changes what differs.
      - V(absent) deletes the policy. The task fails while workloads use it.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - Name of the policy. If several have this name, the task fails and lists their ids.
      - Exactly one of O(name) and O(id) is required.
    type: str
  id:
    description:
      - Id of the policy, instead of its name.
    type: str
  new_name:
    description:
      - New name of the policy. If only a policy with the new name exists, it has been renamed already.
    type: str
  description:
    description:
      - Description of the policy. An empty string removes it.
    type: str
  schedule:
    # BEGIN schedule_of_policy
    description:
      - Settings that the policy decides. There are two forms, those of the option
        O(openprotect.backup.workload#module:schedule) of M(openprotect.backup.workload).
      - Servers of line 6 use O(schedule.hourly), O(schedule.daily), O(schedule.weekly), O(schedule.monthly),
        O(schedule.yearly), O(schedule.manual), O(schedule.manual_retention_days) and O(schedule.start_time).
      - Servers of lines 4 and 5 use O(schedule.interval), O(schedule.retention_count) or O(schedule.retention_days),
        and O(schedule.full_backup_interval).
      - Only the given keys are compared. A track is set as a whole. An empty track, C({}), is removed.
      - Required to create a policy.
    type: dict
    suboptions:
      start_time:
        description:
          - Time of the first snapshot in 24-hour format, C(HH:MM), in quotes. Line 6 only. Required to create a policy
            there.
          - According to the vendor's documentation, a workload still keeps a start time of its own.
        type: str
      hourly:
        description:
          - Snapshots every few hours. Line 6 only. Required to create a policy there. Cannot be removed.
          - Like every track, it is set as a whole. A track that is not set is left unchanged. An empty dictionary
            removes a track, except for O(schedule.hourly) and O(schedule.manual).
        type: dict
        suboptions:
          interval:
            description: Number of hours between two snapshots. Required.
            type: int
            choices: [1, 2, 3, 4, 6, 8, 12, 24]
          retention:
            description: Number of these snapshots to keep, at least V(1). Required.
            type: int
          snapshot_type:
            description: Type of these snapshots. V(incremental) holds only what has changed, V(full) holds everything.
              If it is not set, it is V(incremental).
            type: str
            choices: [incremental, full]
      daily:
        description:
          - Snapshots at fixed times of the day. Line 6 only. Requires O(schedule.hourly).
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
          - Snapshots on fixed days of the week. Line 6 only. Requires O(schedule.daily).
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
          - Snapshots on fixed days of the month. Line 6 only. Requires O(schedule.daily).
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
          - Snapshots in fixed months. Line 6 only. Requires O(schedule.monthly).
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
          - The server requires it, so it cannot be removed. If a policy is created without it, 30 manual snapshots are
            kept.
          - According to the vendor's documentation, workloads do not take this setting from their policy.
        type: dict
        suboptions:
          retention:
            description: Number of manual snapshots to keep, at least V(1). Required.
            type: int
      manual_retention_days:
        description:
          - Number of days to keep manual snapshots, at least V(1). Line 6 only.
          - If a policy is created without it, the field is sent empty. Set it if your server rejects that.
        type: int
      interval:
        description:
          - Number of hours between two snapshots, at least V(1). Lines 4 and 5 only. Required to create a policy there.
          - The options of lines 4 and 5 (O(schedule.interval), O(schedule.retention_count), O(schedule.retention_days),
            O(schedule.full_backup_interval)) and the tracks of line 6 are mutually exclusive.
        type: int
      retention_count:
        description:
          - Number of snapshots to keep, at least V(1). Lines 4 and 5 only, where this or O(schedule.retention_days) is
            required to create a policy.
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
          - The default of a new policy is V(-1). According to the vendor's documentation, workloads do not take this
            setting from their policy.
        type: int
    # END schedule_of_policy
  projects:
    description:
      - Ids or names of the projects that may use the policy for their workloads. Names are looked up in Keystone, among
        the projects that the user may see.
      - O(projects_mode) says what the list means.
      - Assigning a policy changes no workload. If you remove a project, its workloads stay bound to the policy, and the
        task warns and names them.
    type: list
    elements: str
  metadata:
    description:
      - Metadata of the policy. O(metadata_mode) says what the dictionary means.
    type: dict
  # BEGIN modes
  projects_mode:
    description:
      - V(add) assigns the given projects. V(remove) removes them. V(exact) does both, so that exactly the given
        projects are assigned.
      - An empty list removes all projects with V(exact), and changes nothing with the other modes.
    type: str
    choices: [add, remove, exact]
    default: add
  metadata_mode:
    description:
      - V(add) sets the given keys. V(remove) removes them, whatever their values are. V(exact) leaves exactly the given
        keys.
      - An empty dictionary removes all keys with V(exact), and changes nothing with the other modes.
    type: str
    choices: [add, remove, exact]
    default: add
  # END modes
  timeout:
    description:
      - Maximum number of seconds to wait, if O(wait=true).
    type: int
    default: 600
seealso:
  - module: openprotect.backup.workload_policy_info
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
- name: Offer a policy to two projects, on a server of line 6
  openprotect.backup.workload_policy:
    cloud: admin
    name: gold
    description: Every four hours, weekly copies for half a year
    schedule:
      start_time: "22:00"
      hourly:
        interval: 4
        retention: 42
      daily:
        backup_time: ["22:00"]
        retention: 14
      weekly:
        backup_day: [sun]
        retention: 26
      manual:
        retention: 10
      manual_retention_days: 90
    projects:
      - shop
      - billing

- name: The same on a server of line 4 or 5
  openprotect.backup.workload_policy:
    cloud: admin
    name: gold
    schedule:
      interval: 4
      retention_days: 180
      full_backup_interval: 42
    projects:
      - shop
      - billing

- name: Let exactly one project use the policy
  openprotect.backup.workload_policy:
    cloud: admin
    name: gold
    projects:
      - shop
    projects_mode: exact

- name: Bind a workload of that project to the policy
  openprotect.backup.workload:
    cloud: shop
    name: web
    policy: gold

- name: Delete a policy that is no longer used
  openprotect.backup.workload_policy:
    cloud: admin
    name: bronze
    state: absent
"""

RETURN = r"""
workload_policy:
  description: Policy as the server shows it or, in check mode, as it would be. Null if it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: Id of the policy.
      type: str
    # BEGIN workload_policy schedule=schedule
    name:
      description: Name of the policy. Names are not unique on the server.
      type: str
    description:
      description: Description. Empty if there is none.
      type: str
    status:
      description: Status of the policy, as the server shows it.
      type: str
    schedule:
      description: Settings that the policy decides, in the form of the option O(schedule).
      type: dict
    projects:
      description: Ids of the assigned projects.
      type: list
      elements: str
    metadata:
      description: Metadata of the policy.
      type: dict
    created_at:
      description: Time of creation, in UTC.
      type: str
    updated_at:
      description: Time of the last change, in UTC.
      type: str
    # END workload_policy
    workloads:
      description: Always null in this module. M(openprotect.backup.workload_policy_info) returns the workloads that use
        the policy.
      type: list
      elements: dict
id:
  description: Id of the policy. Null if check mode would create it.
  returned: success
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
# BEGIN plan kinds="V(workload policy)"
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
      description: Kind of the object, V(workload policy).
      type: str
    name:
      description: Name of the object.
      type: str
    id:
      description: Id of the object. Null before it is created.
      type: str
    fields:
      description: Options that differ.
      type: list
      elements: str
# END plan
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
from ..module_utils._trilio.workload_policy.resource import WorkloadPolicy


def main() -> None:
    """Run the module."""
    run_resource(WorkloadPolicy)


if __name__ == "__main__":
    main()
