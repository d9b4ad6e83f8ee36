#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a device record of Acronis as declared."""

DOCUMENTATION = r"""
module: acronis_workload
short_description: Keep a device record of Acronis Cyber Platform as declared
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Registers, changes and unregisters a device record through the workload management of Acronis Cyber Platform.
  - A workload is one device there, as the console lists it. It has nothing to do with a workload of Trilio, which is a set of servers with a
    schedule, see M(openprotect.backup.workload). No call of this module starts a backup.
  - What is not given is left alone.
extends_documentation_fragment:
  - openprotect.backup._acronis
  - openprotect.backup._acronis.action_group
  - openprotect.backup._attributes
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) changes the record. Where there is none that fits, it registers one, for which O(name), O(tenant_id) and O(type) are needed.
      - V(absent) unregisters it. No backup is touched.
    type: str
    choices:
      - present
      - absent
    default: present
  workload_id:
    description:
      - Id of the record.
      - One of O(workload_id) and O(name) is required.
    type: str
  name:
    description:
      - Name of the record to look for. If several have it the task fails and lists their ids; narrow the search down with O(tenant_id), O(type)
        and O(match_attributes).
      - With O(workload_id) it is the name that the record shall have.
    type: str
  new_name:
    description:
      - Name that the record found by O(name) shall have instead. A record that has it already is taken for the renamed one.
    type: str
  tenant_id:
    description:
      - UUID of the tenant to look in. A record is registered there.
      - It is never compared with what the server shows, which may be a number.
    type: str
  type:
    description:
      - Type of the record, a CTI as your application defines it. With O(name) only records of exactly this type are looked at.
      - It cannot be changed. A record with the id O(workload_id) and another type fails the task.
    type: str
  match_attributes:
    description:
      - Names of attributes that a record must show with the values of O(attributes) to be the one that is meant, for example V(mac_address).
    type: list
    elements: str
  attributes:
    description:
      - Attributes of the record. Your application defines which there are, in the schema of O(type).
      - A key with the value null shall not be there.
    type: dict
  attributes_mode:
    description:
      - V(merge) manages the given keys and leaves the others alone. The whole map is sent, so that the result is the same whether the server
        merges or replaces.
      - V(replace) makes O(attributes) the whole map. On a server that merges other keys stay, which fails the task.
    type: str
    choices:
      - merge
      - replace
    default: merge
  allowed_actions:
    description:
      - The actions that the console offers for the record, as CTIs. This is the whole list; an empty one takes all away.
    type: list
    elements: str
  enabled:
    description:
      - Whether the record is enabled.
      - A server that does not show it of a record brings a warning, and it is left alone.
    type: bool
  owner_client_id:
    description:
      - API client that the record shall belong to, C(client_id) in the API. A new record belongs to O(client_id) unless this says otherwise.
    type: str
  force:
    description:
      - Change or unregister a record that belongs to another API client than O(client_id). Without this the task fails. Devices that Acronis
        protects itself are in the same list.
    type: bool
    default: false
  timeout:
    description:
      - Seconds to wait at most, with O(wait=true).
      - The answer to a registration names no id, so the record is looked for in the list until it is there. If it takes longer than this, the
        task fails, and a second run would register the record once more as long as the list does not show it.
      - With O(wait=false) a registered record is returned without its id.
    type: int
    default: 120
notes:
  - Never tried against a real server. It is written from the vendor's public documentation.
  - The public documentation does not say whether a change merges or replaces O(attributes). With O(attributes_mode=merge) the result is the same.
    Removing an attribute, by null or with O(attributes_mode=replace), works only where the server replaces; where it merges the task fails and
    names the attributes that stayed.
  - There is no documented way to read one record by its id, so it is looked for in the list, with the id as a filter.
  - The documentation names no condition under which a change is refused because somebody else was faster. Between reading and writing
    attributes a change of somebody else can be lost.
  - Changing attributes that the type maps to host name or MAC address may merge or split devices in the console.
seealso:
  - module: openprotect.backup.acronis_workload_info
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
- name: Keep name, host name and MAC address of a record in step
  openprotect.backup.acronis_workload:
    datacenter_url: https://eu8.acronis.cloud
    client_id: b0d1c5f0-6a1e-4f0e-9a53-1d6c1c0f2a01
    client_secret: "{{ acronis_client_secret }}"
    workload_id: 6f0d1f3a-8f8e-4c55-b5a3-0f6d2d3f5a77
    name: web-1
    attributes:
      hostname: web-1.example.com
      mac_address: fa:16:3e:11:22:33

- name: Register a device, or change it if it is there
  openprotect.backup.acronis_workload:
    datacenter_url: https://eu8.acronis.cloud
    client_id: b0d1c5f0-6a1e-4f0e-9a53-1d6c1c0f2a01
    client_secret: "{{ acronis_client_secret }}"
    name: web-1
    tenant_id: 5e1f2a9c-0c64-4a53-8c5b-7a1d0f3b6e01
    type: cti.a.p.wm.workload.v1.0~a.p.wm.aspect.v1.0~example.app.device.v1.0
    match_attributes:
      - mac_address
    attributes:
      hostname: web-1.example.com
      mac_address: fa:16:3e:11:22:33
    enabled: true

- name: Unregister it
  openprotect.backup.acronis_workload:
    datacenter_url: https://eu8.acronis.cloud
    client_id: b0d1c5f0-6a1e-4f0e-9a53-1d6c1c0f2a01
    client_secret: "{{ acronis_client_secret }}"
    name: web-1
    tenant_id: 5e1f2a9c-0c64-4a53-8c5b-7a1d0f3b6e01
    state: absent
"""

RETURN = r"""
workload:
  description: The record as the server shows it after the task; in check mode as it would be. Null where it is absent.
  returned: success
  type: dict
  contains:
    # BEGIN acronis_workload at=workload unset="empty where it has none"
    id:
      description: Id of the record. Null before it is listed.
      type: str
    external_id:
      description: Id of the record in the system that reports it; the same as RV(workload.id) where that gave none.
      type: str
    agent_id:
      description: Id of the agent on the device, if there is one.
      type: str
    tenant_id:
      description: Tenant of the record as the server shows it, which may be a number and not the UUID that was sent.
      type: str
    type:
      description: Type of the record, a CTI.
      type: str
    name:
      description: Name of the record. Names are not unique there.
      type: str
    user_defined_name:
      description: Name that somebody gave the record in the console.
      type: str
    attributes:
      description: Attributes of the record; empty where it has none.
      type: dict
    allowed_actions:
      description: Actions that the console offers for the record, sorted; empty where it has none.
      type: list
      elements: str
    enabled:
      description: Whether the record is enabled. Null where the server does not show it.
      type: bool
    owner_client_id:
      description: API client that the record belongs to, C(client_id) in the API.
      type: str
    aggregation_status:
      description: Whether the console has merged the record with another one of the same device.
      type: str
    created_at:
      description: When it was registered.
      type: str
    updated_at:
      description: When it was last changed.
      type: str
    # END acronis_workload
id:
  description: Id of the record. Null where there is none, or where it is not listed yet.
  returned: success
  type: str
  sample: 6f0d1f3a-8f8e-4c55-b5a3-0f6d2d3f5a77
# BEGIN plan kinds="V(Acronis workload)" fields="Options that differ, such as V(name) or V(attributes.hostname)."
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
      description: Kind of the object, V(Acronis workload).
      type: str
    name:
      description: Name of the object.
      type: str
    id:
      description: Id of the object, null before it is created.
      type: str
    fields:
      description: Options that differ, such as V(name) or V(attributes.hostname).
      type: list
      elements: str
# END plan
# BEGIN datacenter_url
datacenter_url:
  description: The data centre that was talked to.
  returned: success
  type: str
  sample: https://eu8.acronis.cloud
# END datacenter_url
# BEGIN acronis_failure
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
      description: What the server calls the request, null where it does not say.
      returned: where the error belongs to a request
      type: str
    method:
      description: HTTP method of the request.
      returned: where the error belongs to a request
      type: str
    path:
      description: Path of the request below the root of the API.
      returned: where the error belongs to a request
      type: str
msg:
  description: What failed, on which object, what the server said, and what to do next.
  returned: failure
  type: str
# END acronis_failure
"""

from ..module_utils._acronis import run as acronis_run
from ..module_utils._openstack import run


def main() -> None:
    """Run the module."""
    acronis_run.run_record(
        {
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "workload_id": {"type": "str"},
            "new_name": {"type": "str"},
            "match_attributes": {"type": "list", "elements": "str"},
            "attributes_mode": {"type": "str", "choices": ["merge", "replace"], "default": "merge"},
            "force": {"type": "bool", "default": False},
            **run.wait_spec(timeout=120),
        },
        required_one_of=[("workload_id", "name")],
        mutually_exclusive=[("workload_id", "new_name"), ("workload_id", "match_attributes")],
    )


if __name__ == "__main__":
    main()
