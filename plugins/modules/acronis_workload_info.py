#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read device records of Acronis."""

DOCUMENTATION = r"""
module: acronis_workload_info
short_description: List device records of Acronis Cyber Platform
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the device records that match all filters. The list is empty if there are none. Acronis calls them
    workloads.
  - A filter with an empty list matches nothing.
extends_documentation_fragment:
  - openprotect.backup._acronis
  - openprotect.backup._acronis.action_group
  - openprotect.backup._attributes.info_module
options:
  workload_ids:
    description:
      - Return the records with these ids.
    type: list
    elements: str
  tenant_ids:
    description:
      - Return the records of these tenants.
    type: list
    elements: str
  types:
    description:
      - Return the records of these types, given as CTIs.
    type: list
    elements: str
  search:
    description:
      - Condition in the query language of the API, such as V(customerUuid = '5e1f2a9c-0c64-4a53-8c5b-7a1d0f3b6e01'). It
        is sent unchanged.
    type: str
  updated_since:
    description:
      - Return the records that were changed at this time or later, such as V(2026-03-01T00:00:00Z).
    type: str
  updated_before:
    description:
      - Return the records that were changed at this time or earlier.
    type: str
  include_attributes:
    description:
      - Names of the attributes to return. Without this option and O(include_all_attributes), the server returns no
        attributes.
    type: list
    elements: str
  include_all_attributes:
    description:
      - Return all attributes.
    type: bool
    default: false
  include_allowed_actions:
    description:
      - Return the allowed actions.
    type: bool
    default: false
  max_results:
    description:
      - Maximum number of records to return. Pages are fetched until this number is reached or there are no more
        records. RV(truncated) says which.
    type: int
    default: 1000
  page_size:
    description:
      - Number of records to fetch with one request.
    type: int
    default: 100
notes:
  - The module was never tested against a real server. It is written from the vendor's public documentation.
  - The public documentation does not say how the names in O(include_attributes) are joined. They are sent with commas
    between them. If your server rejects that, use O(include_all_attributes).
  - It also does not say whether the filters must be sent again with a cursor. They are sent and, if the server rejects
    that, left out.
seealso:
  - module: openprotect.backup.acronis_workload
"""

EXAMPLES = r"""
- name: List all records of one type that changed in March, with their attributes
  openprotect.backup.acronis_workload_info:
    datacenter_url: https://eu8.acronis.cloud
    client_id: b0d1c5f0-6a1e-4f0e-9a53-1d6c1c0f2a01
    client_secret: "{{ acronis_client_secret }}"
    types:
      - cti.a.p.wm.workload.v1.0~a.p.wm.aspect.v1.0~example.app.device.v1.0
    updated_since: "2026-03-01T00:00:00Z"
    updated_before: "2026-03-31T23:59:59Z"
    include_all_attributes: true
  register: devices

- name: Show the host names
  ansible.builtin.debug:
    msg: "{{ devices.workloads | map(attribute='attributes.hostname') }}"
"""

RETURN = r"""
workloads:
  description: Records, in the order of the server.
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN acronis_workload
    id:
      description: Id of the record. Null before it is listed.
      type: str
    external_id:
      description: Id of the record in the system that reports it. It equals RV(workloads[].id) if that system gave no
        id.
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
      description: Attributes of the record. Null if not requested.
      type: dict
    allowed_actions:
      description: Actions that the console offers for the record, sorted. Null if not requested.
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
count:
  description: Number of returned records.
  returned: success
  type: int
truncated:
  description: Whether there are more records than O(max_results).
  returned: success
  type: bool
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

from ..module_utils._acronis.queries import OPTIONS, check_workload_query, query_workloads
from ..module_utils._acronis.run import run_info


def main() -> None:
    """Run the module."""
    run_info(
        query_workloads,
        OPTIONS,
        check_workload_query,
        mutually_exclusive=[("include_attributes", "include_all_attributes")],
    )


if __name__ == "__main__":
    main()
