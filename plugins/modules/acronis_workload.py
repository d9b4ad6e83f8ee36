#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a device record of Acronis as declared."""

DOCUMENTATION = r"""
module: acronis_workload
short_description: Manage a device record of Acronis Cyber Platform
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Registers, changes and unregisters a device record through the workload management of Acronis Cyber Platform.
  - A workload of Acronis is one device, as the console lists it. It is unrelated to a workload of Trilio, which is a
    set of servers with a schedule, see M(openprotect.backup.workload). This module never starts a backup.
  - Options that are not set are left unchanged.
extends_documentation_fragment:
  - openprotect.backup._acronis
  - openprotect.backup._acronis.action_group
  - openprotect.backup._attributes
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) changes the record. If no record matches, it registers one, which requires O(name), O(tenant_id) and
        O(type).
      - V(absent) unregisters the record. Backups are not touched.
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
      - Name of the record to look for. If several records have this name, the task fails and lists their ids. Narrow
        the search down with O(tenant_id), O(type) and O(match_attributes).
      - With O(workload_id), the new name of the record.
    type: str
  new_name:
    description:
      - New name of the record that O(name) finds. If a record has the new name already, it is taken as the renamed
        record.
    type: str
  tenant_id:
    description:
      - UUID of the tenant to look in. New records are registered in this tenant.
      - It is never compared with the tenant that the server shows, which may be a number.
    type: str
  type:
    description:
      - Type of the record, a CTI that your application defines. With O(name), only records of exactly this type are
        considered.
      - Cannot be changed. The task fails if the record with the id O(workload_id) has another type.
    type: str
  match_attributes:
    description:
      - Names of attributes, such as V(mac_address). A record matches only if it shows these attributes with the values
        in O(attributes).
    type: list
    elements: str
  attributes:
    description:
      - Attributes of the record. Your application defines them in the schema of O(type).
      - A key with the value null is removed.
    type: dict
  attributes_mode:
    description:
      - V(merge) manages the given keys and leaves the other keys unchanged. The whole dictionary is sent, so that the
        result is the same whether the server merges or replaces.
      - V(replace) makes O(attributes) the whole dictionary. On a server that merges, the other keys stay, and the task
        fails.
    type: str
    choices:
      - merge
      - replace
    default: merge
  allowed_actions:
    description:
      - Actions that the console offers for the record, as CTIs. This is the whole list. An empty list removes all
        actions.
    type: list
    elements: str
  enabled:
    description:
      - If V(true), the record is enabled. If V(false), it is disabled.
      - If the server does not show this state for the record, the task warns and leaves it unchanged.
    type: bool
  owner_client_id:
    description:
      - Id of the API client that owns the record, C(client_id) in the API. The default of a new record is O(client_id).
    type: str
  force:
    description:
      - If V(true), a record of another API client than O(client_id) may be changed or unregistered. Otherwise the task
        fails. Devices that Acronis itself protects are in the same list.
    type: bool
    default: false
  timeout:
    description:
      - Maximum number of seconds to wait, if O(wait=true).
      - The response to a registration holds no id, so the task reads the list until it shows the record. If that takes
        longer, the task fails. A second run would register the record again as long as the list does not show it.
      - With O(wait=false), a registered record is returned without its id.
    type: int
    default: 120
notes:
  - The module was never tested against a real server. It is written from the vendor's public documentation.
  - The public documentation does not say whether a change merges or replaces O(attributes). With
    O(attributes_mode=merge), the result is the same. Removing an attribute, by null or with O(attributes_mode=replace),
    works only on a server that replaces. On a server that merges, the task fails and names the attributes that stayed.
  - There is no documented way to read one record by its id, so the task reads the list with the id as a filter.
  - The documentation does not describe any protection against concurrent changes. A change that somebody else makes
    between the reading and the writing of attributes can be lost.
  - Changing attributes that the type maps to the host name or the MAC address may merge or split devices in the
    console.
seealso:
  - module: openprotect.backup.acronis_workload_info
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
- name: Manage name, host name and MAC address of a record
  openprotect.backup.acronis_workload:
    datacenter_url: https://eu8.acronis.cloud
    client_id: b0d1c5f0-6a1e-4f0e-9a53-1d6c1c0f2a01
    client_secret: "{{ acronis_client_secret }}"
    workload_id: 6f0d1f3a-8f8e-4c55-b5a3-0f6d2d3f5a77
    name: web-1
    attributes:
      hostname: web-1.example.com
      mac_address: fa:16:3e:11:22:33

- name: Register a device, or change its record
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

- name: Unregister the device
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
  description: Record as the server shows it after the task or, in check mode, as it would be. Null if it is absent.
  returned: success
  type: dict
  contains:
    # BEGIN acronis_workload at=workload unset="Empty if there are none."
    id:
      description: Id of the record. Null before it is listed.
      type: str
    external_id:
      description: Id of the record in the system that reports it. It equals RV(workload.id) if that system gave no id.
      type: str
    agent_id:
      description: Id of the agent on the device, if there is one.
      type: str
    tenant_id:
      description: Tenant of the record, as the server shows it. It may be a number instead of the UUID that was sent.
      type: str
    type:
      description: Type of the record, a CTI.
      type: str
    name:
      description: Name of the record. Names are not unique.
      type: str
    user_defined_name:
      description: Name that was given to the record in the console.
      type: str
    attributes:
      description: Attributes of the record. Empty if there are none.
      type: dict
    allowed_actions:
      description: Actions that the console offers for the record, sorted. Empty if there are none.
      type: list
      elements: str
    enabled:
      description: Whether the record is enabled. Null if the server does not show it.
      type: bool
    owner_client_id:
      description: Id of the API client that owns the record, C(client_id) in the API.
      type: str
    aggregation_status:
      description: Whether the console has merged the record with another record of the same device.
      type: str
    created_at:
      description: Time of registration.
      type: str
    updated_at:
      description: Time of the last change.
      type: str
    # END acronis_workload
id:
  description: Id of the record. Null if there is no record, or if it is not listed yet.
  returned: success
  type: str
  sample: 6f0d1f3a-8f8e-4c55-b5a3-0f6d2d3f5a77
# BEGIN plan kinds="V(Acronis workload)" fields="Options that differ, such as V(name) or V(attributes.hostname)."
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
      description: Kind of the object, V(Acronis workload).
      type: str
    name:
      description: Name of the object.
      type: str
    id:
      description: Id of the object. Null before it is created.
      type: str
    fields:
      description: Options that differ, such as V(name) or V(attributes.hostname).
      type: list
      elements: str
# END plan
# BEGIN datacenter_url
datacenter_url:
  description: URL of the data centre.
  returned: success
  type: str
  sample: https://eu8.acronis.cloud
# END datacenter_url
# BEGIN acronis_failure
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
      description: Id of the request. Null if the server gives none.
      returned: if the error belongs to a request
      type: str
    method:
      description: HTTP method of the request.
      returned: if the error belongs to a request
      type: str
    path:
      description: Path of the request below the root of the API.
      returned: if the error belongs to a request
      type: str
msg:
  description: What failed, on which object, what the server said, and what to do next.
  returned: failure
  type: str
# END acronis_failure
"""

from ..module_utils._acronis.run_resource import run_resource
from ..module_utils._acronis.workload import AcronisWorkload


def main() -> None:
    """Run the module."""
    run_resource(AcronisWorkload)


if __name__ == "__main__":
    main()
