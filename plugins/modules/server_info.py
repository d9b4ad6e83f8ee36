#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read servers as Nova has them."""

DOCUMENTATION = r"""
module: server_info
short_description: List servers of an OpenStack project
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns all servers of the project, or those with the given names or ids, as Nova shows them. The list is empty if
    there are none.
  - Use it to check what a restore has created, without a second collection.
  - The task fails if a cell of Nova is down, because Nova does not show the names of its servers then. Nova before
    microversion 2.69 leaves them out, and the task cannot notice it. A server that is given by its id is read alone.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  servers:
    description:
      - Names or ids of servers. The default is all servers of the project.
      - Servers that do not exist are left out of the result. If several servers have a name, all of them are returned.
    type: list
    elements: str
seealso:
  - module: openprotect.backup.restore
"""

EXAMPLES = r"""
- name: Wait until the restored servers are active
  openprotect.backup.server_info:
    cloud: mycloud
    servers: "{{ copied.restore.instances | map(attribute='id') }}"
  register: there
  until: there.servers | map(attribute='status') | unique == ['ACTIVE']
  retries: 30
  delay: 10

- name: Show the addresses of the servers
  ansible.builtin.debug:
    msg: "{{ item.name }} has {{ item.addresses | map(attribute='ip_address') | join(', ') }}"
  loop: "{{ there.servers }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
servers:
  description: Servers, sorted by name and id.
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
      description: Status of the server, as Nova names it, such as V(ACTIVE), V(BUILD), V(SHUTOFF) or V(ERROR).
      type: str
    error_msg:
      description: Error message of Nova, if the status is V(ERROR).
      type: str
    project_id:
      description: Id of the project that the server belongs to.
      type: str
    availability_zone:
      description: Availability zone of the server.
      type: str
    flavor_id:
      description: Id of the flavor.
      type: str
    addresses:
      description: Addresses of the server. Each has C(network), the name of the network, C(ip_address), C(mac_address)
        and C(type), which is V(fixed) or V(floating).
      type: list
      elements: dict
    volume_ids:
      description: Ids of the attached volumes.
      type: list
      elements: str
    metadata:
      description: Metadata of the server.
      type: dict
    created_at:
      description: Time of creation, in UTC.
      type: str
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

from ..module_utils._openstack.run import run_info
from ..module_utils._trilio.server import QUERY_OPTIONS, query_servers, refuse_empty_names


def main() -> None:
    """Run the module."""
    run_info(query_servers, QUERY_OPTIONS, refuse_empty_names)


if __name__ == "__main__":
    main()
