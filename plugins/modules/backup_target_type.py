#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a backup target type as declared."""

DOCUMENTATION = r"""
module: backup_target_type
short_description: Manage a backup target type of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Creates, changes and deletes backup target types, the names by which projects use a backup target. For
    administrators.
  - Servers of line 5 take their target types from their configuration, and servers of line 4 have no target types. On
    both lines the task fails.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) creates the target type if it does not exist, and changes what differs.
      - V(absent) deletes the target type. The task fails for the default target type, and while workloads use the
        target type.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - Name of the target type. If several have this name, the task fails and lists their ids.
      - Exactly one of O(name) and O(id) is required.
    type: str
  id:
    description:
      - Id of the target type, instead of its name.
    type: str
  new_name:
    description:
      - New name of the target type. If only a target type with the new name exists, it has been renamed already.
    type: str
  description:
    description:
      - Description of the target type. An empty string removes it.
    type: str
  backup_target:
    description:
      - Backup target, given by id, by export (C(host:/path) or C(host/bucket)) or by the name of one of its target
        types.
      - Required to create a target type. Cannot be changed after creation.
    type: str
  is_default:
    description:
      - If V(true), the target type becomes the default. V(false) on the default target type is an error, because one
        target type must be the default.
    type: bool
  is_public:
    description:
      - If V(true), all projects may use the target type.
    type: bool
  projects:
    description:
      - Ids or names of the projects that may use the target type. Names are looked up in Keystone, among the projects
        that the user may see.
      - O(projects_mode) says what the list means.
    type: list
    elements: str
  metadata:
    description:
      - Metadata of the target type. O(metadata_mode) says what the dictionary means.
    type: dict
  # BEGIN modes
  projects_mode:
    description:
      - V(add) assigns the given projects. V(remove) removes them. V(exact) does both, so that exactly the given
        projects are assigned.
      - An empty list removes all projects with V(exact), and changes nothing with the other modes.
    type: str
    choices: [add, remove, exact]
    default: add
  metadata_mode:
    description:
      - V(add) sets the given keys. V(remove) removes them, whatever their values are. V(exact) leaves exactly the given
        keys.
      - An empty dictionary removes all keys with V(exact), and changes nothing with the other modes.
    type: str
    choices: [add, remove, exact]
    default: add
  # END modes
  force:
    description:
      - With O(state=absent), delete the target type even if, for some workloads, the server does not show where they
        store their backups.
    type: bool
    default: false
  timeout:
    description:
      - Maximum number of seconds to wait, if O(wait=true).
    type: int
    default: 900
seealso:
  - module: openprotect.backup.backup_target
  - module: openprotect.backup.backup_target_type_info
"""

EXAMPLES = r"""
- name: Offer a target to two projects
  openprotect.backup.backup_target_type:
    cloud: admin
    name: nfs-gold
    backup_target: 192.0.2.10:/backups
    is_public: false
    projects:
      - shop
      - billing

- name: Let exactly one project use the target type
  openprotect.backup.backup_target_type:
    cloud: admin
    name: nfs-gold
    projects:
      - shop
    projects_mode: exact
"""

RETURN = r"""
backup_target_type:
  description: Backup target type as the server shows it or, in check mode, as it would be. Null if it is absent.
  returned: success
  type: dict
  contains:
    # BEGIN backup_target_type
    id:
      description: Id of the backup target type.
      type: str
    name:
      description: Name of the backup target type. Names are not unique on every server.
      type: str
    description:
      description: Description. Empty if there is none.
      type: str
    backup_target:
      description: Backup target of this type, with C(id) and, if this task has looked up targets, C(export).
      type: dict
    is_default:
      description: Whether this is the default.
      type: bool
    is_public:
      description: Whether all projects may use the target type.
      type: bool
    projects:
      description: Ids of the assigned projects.
      type: list
      elements: str
    metadata:
      description: Metadata of the backup target type.
      type: dict
    user_id:
      description: Id of the user that changed it last.
      type: str
    version:
      description: Build of the server that created it.
      type: str
    created_at:
      description: Time of creation, in UTC.
      type: str
    # END backup_target_type
id:
  description: Id of the backup target type. Null if check mode would create it.
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
# BEGIN plan kinds="V(backup target type)"
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
      description: Kind of the object, V(backup target type).
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
from ..module_utils._trilio.backup_target_type import BackupTargetType


def main() -> None:
    """Run the module."""
    run_resource(BackupTargetType)


if __name__ == "__main__":
    main()
