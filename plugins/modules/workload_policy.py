#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a workload policy as declared."""

DOCUMENTATION = r"""
module: workload_policy
short_description: Keep a workload policy of Trilio for OpenStack as declared
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Creates, changes, assigns and deletes workload policies, Trilio's own ones, which decide for the workloads that are bound to them how
    often snapshots are taken and how long they are kept. For administrators.
  - A workload is bound to a policy with the option O(openprotect.backup.workload#module:policy) of M(openprotect.backup.workload).
  - The server neither changes nor deletes a policy that a workload uses. The task then fails before it writes anything, and names these workloads.
  - As soon as a project has a policy assigned, each workload that is created there must be bound to one.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) creates the policy if it is not there, and changes what differs.
      - V(absent) deletes it. That is refused while workloads use it.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - Name of the policy. If several have it the task fails and lists their ids.
      - Exactly one of O(name) and O(id) is required.
    type: str
  id:
    description:
      - Id of the policy, instead of its name.
    type: str
  new_name:
    description:
      - Name that the policy shall have. If only one with this name is there, it has been renamed already.
    type: str
  description:
    description:
      - Description of the policy. An empty text removes it.
    type: str
  schedule:
    description:
      - What the policy decides, in one of two forms, which are those of the option O(openprotect.backup.workload#module:schedule) of
        M(openprotect.backup.workload). Servers of line 6 know O(schedule.hourly), O(schedule.daily), O(schedule.weekly),
        O(schedule.monthly), O(schedule.yearly), O(schedule.manual), O(schedule.manual_retention_days) and O(schedule.start_time);
        servers of lines 4 and 5 know O(schedule.interval), O(schedule.retention_count) or O(schedule.retention_days), and
        O(schedule.full_backup_interval).
      - Only what is given is compared. A track is given whole; an empty one, C({}), is removed.
      - Required to create a policy.
    type: dict
    suboptions:
      start_time:
        description:
          - Time of the first snapshot, C(HH:MM), 24 hours, in quotes. Server line 6. Required to create a policy there.
          - By the vendor's documentation a workload keeps a start time of its own all the same.
        type: str
      hourly:
        description:
          - Snapshots every few hours. Server line 6. Required to create a policy there; cannot be removed.
          - A track, which this one is, is given as a whole. A track that is not given stays as it is; an empty dictionary removes it, where that is possible.
        type: dict
        suboptions:
          interval:
            description: Hours between two snapshots. Required.
            type: int
            choices: [1, 2, 3, 4, 6, 8, 12, 24]
          retention:
            description: How many of these snapshots are kept, at least V(1). Required.
            type: int
          snapshot_type:
            description: Whether these snapshots hold only what has changed, or everything. V(incremental) when the track is given without it.
            type: str
            choices: [incremental, full]
      daily:
        description:
          - Snapshots at given times of the day. Server line 6. Needs O(schedule.hourly).
          - Given as a whole; an empty dictionary removes it.
        type: dict
        suboptions:
          backup_time:
            description: Times of the day, C(HH:MM), 24 hours, in quotes. The order does not matter. Required, unless the track is to be removed.
            type: list
            elements: str
          retention:
            description: How many of these snapshots are kept, at least V(1). Required, unless the track is to be removed.
            type: int
          snapshot_type:
            description: Whether these snapshots hold only what has changed, or everything. V(incremental) when the track is given without it.
            type: str
            choices: [incremental, full]
      weekly:
        description:
          - Snapshots on given days of the week. Server line 6. Needs O(schedule.daily).
          - Given as a whole; an empty dictionary removes it.
        type: dict
        suboptions:
          backup_day:
            description: Days of the week. The order does not matter. Required, unless the track is to be removed.
            type: list
            elements: str
            choices: [mon, tue, wed, thu, fri, sat, sun]
          retention:
            description: How many of these snapshots are kept, at least V(1). Required, unless the track is to be removed.
            type: int
          snapshot_type:
            description: Weekly snapshots are always full. V(full) when the track is given without it.
            type: str
            choices: [full]
      monthly:
        description:
          - Snapshots on given days of the month. Server line 6. Needs O(schedule.daily).
          - Given as a whole; an empty dictionary removes it.
        type: dict
        suboptions:
          month_backup_day:
            description: Days of the month, V(1) to V(31). The order does not matter. Required, unless the track is to be removed.
            type: list
            elements: int
          retention:
            description: How many of these snapshots are kept, at least V(1). Required, unless the track is to be removed.
            type: int
          snapshot_type:
            description: Monthly snapshots are always full. V(full) when the track is given without it.
            type: str
            choices: [full]
      yearly:
        description:
          - Snapshots in given months. Server line 6. Needs O(schedule.monthly).
          - Given as a whole; an empty dictionary removes it.
        type: dict
        suboptions:
          backup_month:
            description: Months. The order does not matter. Required, unless the track is to be removed.
            type: list
            elements: str
            choices: [jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec]
          retention:
            description: How many of these snapshots are kept, at least V(1). Required, unless the track is to be removed.
            type: int
          snapshot_type:
            description: Yearly snapshots are always full. V(full) when the track is given without it.
            type: str
            choices: [full]
      manual:
        description:
          - What becomes of snapshots that were not taken by the schedule. Server line 6.
          - The server requires it, so it cannot be removed. When a policy is created without it, 30 manual snapshots are kept.
          - By the vendor's documentation workloads do not take this over from their policy.
        type: dict
        suboptions:
          retention:
            description: How many manual snapshots are kept, at least V(1). Required.
            type: int
      manual_retention_days:
        description:
          - For how many days manual snapshots are kept, at least V(1). Server line 6.
          - When a policy is created without it, the field is sent empty. Should your server refuse that, give it.
        type: int
      interval:
        description:
          - Hours between two snapshots, at least V(1). Server lines 4 and 5. Required to create a policy there.
          - The form of lines 4 and 5 (O(schedule.interval), O(schedule.retention_count), O(schedule.retention_days),
            O(schedule.full_backup_interval)) and the tracks of line 6 exclude each other.
        type: int
      retention_count:
        description:
          - How many snapshots are kept, at least V(1). Server lines 4 and 5, where this or O(schedule.retention_days) is required to create a policy.
        type: int
      retention_days:
        description:
          - For how many days snapshots are kept, at least V(1). Server lines 4 and 5. Excludes O(schedule.retention_count).
        type: int
      full_backup_interval:
        description:
          - After how many snapshots one is full. V(-1) for never (but the first one), V(0) for always. Server lines 4 and 5.
          - When a policy is created without it, V(-1). By the vendor's documentation workloads do not take this over from their policy.
        type: int
  projects:
    description:
      - Projects whose workloads may use the policy, by id or name. Names are looked up in Keystone, among the projects that the user may see.
      - What the list means is said by O(projects_mode).
      - Assigning changes no workload. Taking a project away leaves its workloads bound to the policy; the task then warns and names them.
    type: list
    elements: str
  projects_mode:
    description:
      - V(add) assigns the policy to the named projects, V(remove) takes it away from them, V(exact) does both until it is assigned to exactly these.
      - Only with V(exact) does an empty list take it away from all.
    type: str
    choices:
      - add
      - remove
      - exact
    default: add
  metadata:
    description:
      - Metadata of the policy. What it means is said by O(metadata_mode).
    type: dict
  metadata_mode:
    description:
      - V(add) sets the given keys, V(remove) takes them away whatever their values, V(exact) leaves exactly these.
      - Only with V(exact) does an empty dictionary take all away.
    type: str
    choices:
      - add
      - remove
      - exact
    default: add
  timeout:
    description:
      - Seconds to wait at most, with O(wait=true).
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

- name: Let exactly one project use it
  openprotect.backup.workload_policy:
    cloud: admin
    name: gold
    projects:
      - shop
    projects_mode: exact

- name: Bind a workload of that project to it
  openprotect.backup.workload:
    cloud: shop
    name: web
    policy: gold

- name: Delete a policy that no workload uses any more
  openprotect.backup.workload_policy:
    cloud: admin
    name: bronze
    state: absent
"""

RETURN = r"""
workload_policy:
  description: The policy as the server shows it or, in check mode, as it would be. Null where it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: Id of the policy.
      type: str
    name:
      description: Name of the policy. Names are not unique on the server.
      type: str
    description:
      description: Description, empty where there is none.
      type: str
    status:
      description: State of the policy, as the server shows it.
      type: str
    schedule:
      description: What the policy decides, in the form of the option O(schedule).
      type: dict
    projects:
      description: Ids of the projects that it is assigned to.
      type: list
      elements: str
    metadata:
      description: Metadata of the policy.
      type: dict
    workloads:
      description: Always null here; M(openprotect.backup.workload_policy_info) returns the workloads that use it.
      type: list
      elements: dict
    created_at:
      description: When it was created, in UTC.
      type: str
    updated_at:
      description: When it was changed last, in UTC.
      type: str
id:
  description: Id of the workload policy, null where check mode would create it.
  returned: success
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
      description: V(create), V(update) or V(delete).
      type: str
    kind:
      description: Kind of the object, V(workload policy).
      type: str
    name:
      description: What the object is called.
      type: str
    id:
      description: Id of the object, null before it is created.
      type: str
    fields:
      description: Options that differ.
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

from ..module_utils._openstack.run_resource import run_resource
from ..module_utils._trilio.workload_policy.resource import WorkloadPolicy


def main() -> None:
    """Run the module."""
    run_resource(WorkloadPolicy)


if __name__ == "__main__":
    main()
