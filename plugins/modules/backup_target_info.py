#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read backup targets."""

DOCUMENTATION = r"""
module: backup_target_info
short_description: List backup targets of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the backup targets that the user may see and that match all filters. The list is empty if there are none.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  id:
    description:
      - Return the target with this id.
    type: str
  type:
    description:
      - Return the targets of this type.
    type: str
    choices:
      - nfs
      - s3
  backup_target_type_name:
    description:
      - Return the targets that have a target type of this name.
    type: str
seealso:
  - module: openprotect.backup.backup_target
"""

EXAMPLES = r"""
- name: List all backup targets
  openprotect.backup.backup_target_info:
    cloud: admin
  register: targets

- name: Fail if a target is nearly full
  ansible.builtin.assert:
    that: item.capacity_bytes is none or item.used_bytes < 0.9 * item.capacity_bytes
    fail_msg: "{{ item.export }} is nearly full"
  loop: "{{ targets.backup_targets }}"
"""

RETURN = r"""
backup_targets:
  description: Backup targets, sorted by type and export.
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN backup_target
    id:
      description: Id of the backup target.
      type: str
    type:
      description: V(nfs) or V(s3).
      type: str
    export:
      description: Location of the target in a uniform spelling, C(host:/path) or C(host[:port]/bucket).
      type: str
    mount_path:
      description: Path at which the nodes of the service mount the target.
      type: str
    status:
      description: Status of the target, as the server names it. An idle target may be C(offline).
      type: str
    is_default:
      description: Whether this is the default.
      type: bool
    immutable:
      description: Whether the objects in the target are locked. Null if the server does not show it.
      type: bool
    secret_ref:
      description: Address of the Barbican secret that holds the credentials. The address is not secret itself. Null if
        the server does not show it.
      type: str
    nfs_mount_options:
      description: Options of the NFS mount. Null if the server does not show them.
      type: str
    metadata:
      description: Metadata, without the keys that belong to the server.
      type: dict
    capacity:
      description: Size of the target, as the server writes it.
      type: str
    capacity_bytes:
      description: Size of the target in bytes, where each unit is 1024 times the one below. Null if the size cannot be
        read.
      type: int
    used:
      description: Used space, as the server writes it.
      type: str
    used_bytes:
      description: Used space in bytes. Null if it cannot be read.
      type: int
    backup_target_types:
      description: Names of the backup target types of this target.
      type: list
      elements: str
    version:
      description: Build of the server that created it.
      type: str
    created_at:
      description: Time of creation, in UTC.
      type: str
    # END backup_target
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
from ..module_utils._trilio.backup_target import QUERY_OPTIONS, query_backup_targets
from ..module_utils._trilio.identity import check_identity


def main() -> None:
    """Run the module."""
    run_info(query_backup_targets, QUERY_OPTIONS, check_identity)


if __name__ == "__main__":
    main()
