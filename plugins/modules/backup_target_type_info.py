#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read backup target types."""

DOCUMENTATION = r"""
module: backup_target_type_info
short_description: List backup target types of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the backup target types that the user may see and that match all filters. The list is empty if there are
    none.
  - A user without administrator rights sees those that are public or assigned to the project.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  name:
    description:
      - Return the target types that have this name. There may be several.
    type: str
  id:
    description:
      - Return the target type with this id.
    type: str
  projects:
    description:
      - Return the target types that one of these projects may use, because they are public or assigned to it. Projects
        are given by id or name.
    type: list
    elements: str
  details:
    description:
      - Look the backup targets up as well, and return their exports.
    type: bool
    default: false
seealso:
  - module: openprotect.backup.backup_target_type
"""

EXAMPLES = r"""
- name: List the target types that the project may use
  openprotect.backup.backup_target_type_info:
    cloud: mycloud
    details: true
"""

RETURN = r"""
backup_target_types:
  description: The backup target types, sorted by name.
  returned: success
  type: list
  elements: dict
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
from ..module_utils._trilio.backup_target_type import QUERY_OPTIONS, query_backup_target_types
from ..module_utils._trilio.identity import check_identity


def main() -> None:
    """Run the module."""
    run_info(query_backup_target_types, QUERY_OPTIONS, check_identity, mutually_exclusive=[("name", "id")])


if __name__ == "__main__":
    main()
