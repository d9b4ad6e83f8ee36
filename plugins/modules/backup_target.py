#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a backup target as declared."""

DOCUMENTATION = r"""
module: backup_target
short_description: Manage a backup target of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Creates, changes and deletes backup targets, the places where backups are stored. For administrators.
  - A target is identified by its type and its export, so that a second run never creates a second target.
  - Servers of line 6.2 support all options. Servers of 6.0 and 6.1 can create and delete targets, but not change them.
    Servers of line 5 take their targets from their configuration, and servers of line 4 have no targets. On lines 4 and
    5 the task fails.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
attributes:
  idempotent:
    support: partial
    details:
      - With O(update_secret=always), every run writes O(secret_ref) if the server does not show it.
options:
  state:
    description:
      - V(present) creates the target if it does not exist, and changes what differs.
      - V(absent) deletes the target. The task fails for the default target, and while workloads store their backups on
        the target.
    type: str
    choices:
      - present
      - absent
    default: present
  id:
    description:
      - Id of the target, instead of the options for its location.
    type: str
  type:
    description:
      - Type of the target. The default follows from the options for its location.
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
      - Address of the S3 service. Scheme, default port, letter case and a trailing slash are ignored when the target is
        looked up.
    type: str
  s3_bucket:
    description:
      - Name of the bucket.
    type: str
  secret_ref:
    description:
      - Address (href) of the Barbican secret that holds the credentials of the S3 service. Required for S3 on servers
        of line 6.2.
      - Give it exactly as Barbican returns it. The task refuses an address that ends in C(/payload), and warns of one
        with an internal host of Barbican, since the data movers of the service fetch the secret from there.
      - The secret must have the content type C(text/plain) or C(application/json).
      - It is compared if the server shows it. Otherwise O(update_secret) decides.
    type: str
  update_secret:
    description:
      - When to write O(secret_ref) to an existing target, if the server does not show it.
    type: str
    choices:
      - on_create
      - always
    default: on_create
  backup_target_type_name:
    description:
      - Name of the backup target type that is created together with the target. If it is not set, the server uses the
        export.
      - Without O(id) and the options for the location, it finds the target that has a target type of this name. It is
        not sufficient to create a target.
    type: str
  is_default:
    description:
      - If V(true), the target becomes the default. V(false) on the default target is an error, because one target must
        be the default.
    type: bool
  immutable:
    description:
      - If V(true), objects in the bucket are locked. Cannot be changed after creation.
      - The bucket must be new, with object lock in compliance mode for at least one day, and without lifecycle rules.
      - Schedules that back up to the target must take full backups. It holds up to twice the backups of a retention.
    type: bool
  metadata:
    description:
      - Metadata of the target. Only the given keys are managed. A key with the value null is removed, if the server
        allows that.
    type: dict
  body:
    description:
      - Form of the request that creates a target. Servers of line 6.2 accept both. V(metadata) is the form of the
        vendor's own migration script.
    type: str
    choices:
      - flat
      - metadata
    default: flat
  force:
    description:
      - With O(state=absent), delete the target even if, for some workloads, the server does not show where they store
        their backups.
    type: bool
    default: false
  timeout:
    description:
      - Maximum number of seconds to wait, if O(wait=true). Creating a target takes about two minutes on servers of line
        6.2.
    type: int
    default: 900
seealso:
  - module: openprotect.backup.backup_target_info
  - module: openprotect.backup.backup_target_type
"""

EXAMPLES = r"""
- name: Store backups on an NFS server
  openprotect.backup.backup_target:
    cloud: admin
    filesystem_export: 192.0.2.10:/backups
    backup_target_type_name: nfs-gold
    is_default: true

- name: Store backups in an S3 bucket
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
  description: Backup target as the server shows it or, in check mode, as it would be. Null if it is absent.
  returned: success
  type: dict
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
id:
  description: Id of the backup target. Null if check mode would create it.
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
# BEGIN plan kinds="V(backup target)"
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
      description: Kind of the object, V(backup target).
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
from ..module_utils._trilio.backup_target import BackupTarget


def main() -> None:
    """Run the module."""
    run_resource(BackupTarget)


if __name__ == "__main__":
    main()
