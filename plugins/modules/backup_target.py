#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a backup target as declared."""

DOCUMENTATION = r"""
module: backup_target
short_description: Keep a backup target of Trilio for OpenStack as declared
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Creates, changes and deletes backup targets, the places where backups are kept. For administrators.
  - A target is found by what it is, its type and its export, so that a second run never makes a second one.
  - Servers of line 6.2 take all that is described here. Servers of 6.0 and 6.1 may create and delete, and cannot change.
    Servers of line 5 take their targets from their configuration, servers of line 4 have none; there the task fails.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
attributes:
  idempotent:
    support: partial
    details:
      - With O(update_secret=always), and where the server does not show O(secret_ref), each run writes it.
options:
  state:
    description:
      - V(present) creates the target if it is not there, and changes what differs.
      - V(absent) deletes it. That is refused for the default target, and while workloads keep their backups on it.
    type: str
    choices:
      - present
      - absent
    default: present
  id:
    description:
      - Id of the target, instead of where it is.
    type: str
  type:
    description:
      - Type of the target. Follows from the options that say where it is.
    type: str
    choices:
      - nfs
      - s3
  filesystem_export:
    description:
      - Export of the NFS server, such as V(192.0.2.10:/backups).
    type: str
  nfs_mount_options:
    description:
      - Options of the NFS mount. Cannot be changed after creation.
    type: str
  s3_endpoint_url:
    description:
      - Address of the S3 service. Scheme, standard port, case and a slash at the end mean nothing when a target is looked for.
    type: str
  s3_bucket:
    description:
      - Name of the bucket.
    type: str
  secret_ref:
    description:
      - Address (href) of the Barbican secret that holds the credentials of the S3 service. Servers of line 6.2 require it for S3.
      - It is compared where the server shows it; else O(update_secret) decides.
    type: str
  update_secret:
    description:
      - When to write O(secret_ref) to a target that exists, on a server that does not show it.
    type: str
    choices:
      - on_create
      - always
    default: on_create
  backup_target_type_name:
    description:
      - Name of the target type that is made along with the target. When not given, the server takes the export.
      - Without O(id) and without the options that say where the target is, it finds the target that has a target type of this name.
        It is never enough to create one.
    type: str
  is_default:
    description:
      - Whether the target is the default. V(false) on the default target is an error, because one must be the default.
    type: bool
  immutable:
    description:
      - Whether objects in the bucket are locked. Cannot be changed after creation.
    type: bool
  metadata:
    description:
      - Metadata of the target. Only the given keys are managed; a key with the value null is removed, where the server lets it go.
    type: dict
  body:
    description:
      - Form in which a new target is written. Servers of line 6.2 take both; V(metadata) is that of the vendor's own migration script.
    type: str
    choices:
      - flat
      - metadata
    default: flat
  force:
    description:
      - With O(state=absent), delete although of some workloads the server does not show where they keep their backups.
    type: bool
    default: false
  timeout:
    description:
      - Seconds to wait at most, with O(wait=true). A create by itself takes about two minutes on servers of line 6.2.
    type: int
    default: 900
seealso:
  - module: openprotect.backup.backup_target_info
  - module: openprotect.backup.backup_target_type
"""

EXAMPLES = r"""
- name: Keep backups on an NFS server
  openprotect.backup.backup_target:
    cloud: admin
    filesystem_export: 192.0.2.10:/backups
    backup_target_type_name: nfs-gold
    is_default: true

- name: Keep backups in a bucket
  openprotect.backup.backup_target:
    cloud: admin
    s3_endpoint_url: https://s3.example.com
    s3_bucket: backups
    secret_ref: https://barbican.example.com/v1/secrets/7a2e4c1b-8a0d-4c7e-9d55-0f6f0f3b8c11
    backup_target_type_name: s3-archive
    immutable: true

- name: Delete a target that no workload uses
  openprotect.backup.backup_target:
    cloud: admin
    filesystem_export: 192.0.2.10:/old
    state: absent
"""

RETURN = r"""
backup_target:
  description: The backup target as the server shows it or, in check mode, as it would be. Null where it is absent.
  returned: success
  type: dict
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
id:
  description: Id of the backup target, null where check mode would create it.
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
      description: Kind of the object, V(backup target).
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
from ..module_utils._trilio.backup_target import BackupTarget


def main() -> None:
    """Run the module."""
    run_resource(BackupTarget)


if __name__ == "__main__":
    main()
