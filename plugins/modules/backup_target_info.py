#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read backup targets."""

DOCUMENTATION = r"""
module: backup_target_info
short_description: Read backup targets of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the backup targets that the user may see, or those that are asked for; an empty list where there is none.
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
- name: Read all backup targets
  openprotect.backup.backup_target_info:
    cloud: admin
  register: targets

- name: Complain about targets that are nearly full
  ansible.builtin.assert:
    that: item.capacity_bytes is none or item.used_bytes < 0.9 * item.capacity_bytes
    fail_msg: "{{ item.export }} is nearly full"
  loop: "{{ targets.backup_targets }}"
"""

RETURN = r"""
backup_targets:
  description: The backup targets, sorted by type and export.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the backup target.
      type: str
    type:
      description: V(nfs) or V(s3).
      type: str
    export:
      description: Where it is, in one spelling, C(host:/path) or C(host[:port]/bucket).
      type: str
    mount_path:
      description: Where the servers of the service mount it.
      type: str
    status:
      description: State, as the server calls it. A target that is idle may be C(offline).
      type: str
    is_default:
      description: Whether it is the default.
      type: bool
    immutable:
      description: Whether objects in it are locked. Null where the server does not show it.
      type: bool
    secret_ref:
      description: Address of the Barbican secret with the credentials, no secret by itself. Null where the server does not show it.
      type: str
    nfs_mount_options:
      description: Options of the NFS mount. Null where the server does not show them.
      type: str
    metadata:
      description: Metadata without the keys of the server.
      type: dict
    capacity:
      description: Size, as the server writes it.
      type: str
    capacity_bytes:
      description: Size in bytes, with 1024 for each step of the unit. Null where it cannot be read.
      type: int
    used:
      description: What is used of it, as the server writes it.
      type: str
    used_bytes:
      description: What is used of it in bytes. Null where it cannot be read.
      type: int
    backup_target_types:
      description: Names of its target types.
      type: list
      elements: str
    version:
      description: Build of the server that made it.
      type: str
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
from ..module_utils._trilio.backup_target import QUERY_OPTIONS, query_backup_targets
from ..module_utils._trilio.identity import check_identity


def main() -> None:
    """Run the module."""
    run_info(query_backup_targets, QUERY_OPTIONS, check_identity)


if __name__ == "__main__":
    main()
