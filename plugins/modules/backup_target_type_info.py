#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read backup target types."""

DOCUMENTATION = r"""
module: backup_target_type_info
short_description: Read backup target types of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the backup target types that the user may see, or those that are asked for; an empty list where there is none.
  - A plain user sees those that are public or assigned to the project.
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
      - Return the target types that one of these projects may use, because they are public or assigned to it; by id or name.
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
- name: Read what the project may use
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
from ..module_utils._trilio.backup_target_type import QUERY_OPTIONS, query_backup_target_types
from ..module_utils._trilio.identity import check_identity


def main() -> None:
    """Run the module."""
    run_info(query_backup_target_types, QUERY_OPTIONS, check_identity, mutually_exclusive=[("name", "id")])


if __name__ == "__main__":
    main()
