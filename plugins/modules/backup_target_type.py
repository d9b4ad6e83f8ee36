#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a backup target type as declared."""

DOCUMENTATION = r"""
module: backup_target_type
short_description: Keep a backup target type of Trilio for OpenStack as declared
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Creates, changes and deletes backup target types, the names under which projects use a backup target. For administrators.
  - Servers of line 5 take their target types from their configuration, servers of line 4 have none; there the task fails.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) creates the target type if it is not there, and changes what differs.
      - V(absent) deletes it. That is refused for the default one, and while workloads use it.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - Name of the target type. If several have it the task fails and lists their ids.
      - Exactly one of O(name) and O(id) is required.
    type: str
  id:
    description:
      - Id of the target type, instead of its name.
    type: str
  new_name:
    description:
      - Name that the target type shall have. If only one with this name is there, it has been renamed already.
    type: str
  description:
    description:
      - Description of the target type. An empty text removes it.
    type: str
  backup_target:
    description:
      - The backup target, by id, by export (C(host:/path) or C(host/bucket)) or by the name of one of its target types.
      - Required to create a target type. Cannot be changed after creation.
    type: str
  is_default:
    description:
      - Whether the target type is the default. V(false) on the default one is an error, because one must be the default.
    type: bool
  is_public:
    description:
      - Whether all projects may use it.
    type: bool
  projects:
    description:
      - Projects that may use it, by id or name. Names are looked up in Keystone, among the projects that the user may see.
      - What the list means is said by O(projects_mode).
    type: list
    elements: str
  projects_mode:
    description:
      - V(add) assigns the named projects, V(remove) takes them away, V(exact) does both until exactly these are assigned.
      - Only with V(exact) does an empty list take all away.
    type: str
    choices:
      - add
      - remove
      - exact
    default: add
  metadata:
    description:
      - Metadata of the target type. What it means is said by O(metadata_mode).
    type: dict
  metadata_mode:
    description:
      - V(add) sets the given keys, V(remove) takes them away whatever their values, V(exact) leaves exactly these.
      - Only with V(exact) does an empty dictionary take all away.
    type: str
    choices:
      - add
      - remove
      - exact
    default: add
  force:
    description:
      - With O(state=absent), delete although of some workloads the server does not show where they keep their backups.
    type: bool
    default: false
  timeout:
    description:
      - Seconds to wait at most, with O(wait=true).
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

- name: Let exactly one project use it
  openprotect.backup.backup_target_type:
    cloud: admin
    name: nfs-gold
    projects:
      - shop
    projects_mode: exact
"""

RETURN = r"""
backup_target_type:
  description: The backup target type as the server shows it or, in check mode, as it would be. Null where it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: Id of the backup target type.
      type: str
    name:
      description: Name of the backup target type. Names are not unique on every server.
      type: str
    description:
      description: Description, empty where there is none.
      type: str
    backup_target:
      description: The backup target behind it, C(id) and, where this task has looked targets up, C(export).
      type: dict
    is_default:
      description: Whether it is the default.
      type: bool
    is_public:
      description: Whether all projects may use it.
      type: bool
    projects:
      description: Ids of the projects that it is assigned to.
      type: list
      elements: str
    metadata:
      description: Metadata of the target type.
      type: dict
    user_id:
      description: User that changed it last.
      type: str
    version:
      description: Build of the server that made it.
      type: str
    created_at:
      description: When it was created, in UTC.
      type: str
id:
  description: Id of the backup target type, null where check mode would create it.
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
      description: Kind of the object, V(backup target type).
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
from ..module_utils._trilio.backup_target_type import BackupTargetType


def main() -> None:
    """Run the module."""
    run_resource(BackupTargetType)


if __name__ == "__main__":
    main()
