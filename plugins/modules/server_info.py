#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read servers as Nova has them."""

DOCUMENTATION = r"""
module: server_info
short_description: Read servers of an OpenStack project
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the servers of the project as Nova shows them, or those that have a name or an id; an empty list where there is none.
  - It is there to look at what a restore made, without a second collection.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  servers:
    description:
      - Names or ids of servers; all servers of the project where not given. A server that is not there is left out of the result, and of a name
        that several servers have all are returned.
    type: list
    elements: str
seealso:
  - module: openprotect.backup.restore
"""

EXAMPLES = r"""
- name: Wait until restored servers are up
  openprotect.backup.server_info:
    cloud: mycloud
    servers: "{{ copied.restore.instances | map(attribute='id') }}"
  register: there
  until: there.servers | map(attribute='status') | unique == ['ACTIVE']
  retries: 30
  delay: 10

- name: Show under which addresses
  ansible.builtin.debug:
    msg: "{{ item.name }} has {{ item.addresses | map(attribute='ip_address') | join(', ') }}"
  loop: "{{ there.servers }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
servers:
  description: The servers, sorted by name and id.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the server.
      type: str
    name:
      description: Name of the server. Names are not unique in Nova.
      type: str
    status:
      description: State of the server as Nova calls it, such as V(ACTIVE), V(BUILD), V(SHUTOFF) or V(ERROR).
      type: str
    error_msg:
      description: What Nova says about a server in V(ERROR).
      type: str
    project_id:
      description: Project that the server belongs to.
      type: str
    availability_zone:
      description: Availability zone that it is in.
      type: str
    flavor_id:
      description: Id of its flavor.
      type: str
    addresses:
      description: Its addresses, each with C(network), the name of the network, C(ip_address), C(mac_address) and C(type), V(fixed) or V(floating).
      type: list
      elements: dict
    volume_ids:
      description: Ids of the volumes that are attached to it.
      type: list
      elements: str
    metadata:
      description: Its metadata.
      type: dict
    created_at:
      description: When it was created, in UTC.
      type: str
project_id:
  description: Project of the token.
  returned: success
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
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

from ..module_utils._openstack.run import run_info
from ..module_utils._trilio.server import QUERY_OPTIONS, query_servers, refuse_empty_names


def main() -> None:
    """Run the module."""
    run_info(query_servers, QUERY_OPTIONS, refuse_empty_names)


if __name__ == "__main__":
    main()
