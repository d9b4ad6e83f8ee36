#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read restores."""

DOCUMENTATION = r"""
module: restore_info
short_description: Read restores of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the restores of the project, or those that are asked for, newest first; an empty list where there is none.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  id:
    description:
      - Return the restore with this id, with all details.
    type: str
  workload:
    description:
      - Return the restores of the snapshots of this workload, given by name or id. One that is not there is an error.
    type: str
  snapshot:
    description:
      - Return the restores of this snapshot, given by its name within O(workload), or by its id.
    type: str
  status:
    description:
      - Return the restores in this state, such as V(available), V(restoring) or V(error).
    type: str
  type:
    description:
      - Return the restores of this type.
    type: str
    choices:
      - oneclick
      - selective
      - inplace
  request_key:
    description:
      - Return the restores that have this key, see the option of that name of M(openprotect.backup.restore).
    type: str
  details:
    description:
      - Fetch each restore by itself, at most 8 at a time. Without that the servers that were made are null, because the list answer of the
        server does not hold them.
    type: bool
    default: false
seealso:
  - module: openprotect.backup.restore
"""

EXAMPLES = r"""
- name: Read which servers were restored of a workload, and what their ids were before
  openprotect.backup.restore_info:
    cloud: mycloud
    workload: web
    status: available
    details: true
  register: restored

- name: See whether a restore runs
  openprotect.backup.restore_info:
    cloud: mycloud
    status: restoring
"""

RETURN = r"""
restores:
  description: The restores, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the restore.
      type: str
    name:
      description: Name of the restore. Names are not unique on the server.
      type: str
    description:
      description: Description, without the key that it is recognised by.
      type: str
    type:
      description: V(oneclick), V(selective) or V(inplace).
      type: str
    request_key:
      description: Which restore it is, see the option of that name of M(openprotect.backup.restore); null where it was not made by this collection.
      type: str
    status:
      description: State of the restore, as the server calls it.
      type: str
    workload_id:
      description: Id of the workload.
      type: str
    snapshot_id:
      description: Id of the snapshot.
      type: str
    project_id:
      description: Project that the restore belongs to.
      type: str
    created_at:
      description: When it was begun, in UTC.
      type: str
    finished_at:
      description: When it ended, in UTC.
      type: str
    time_taken:
      description: How long it took, in seconds.
      type: int
    size:
      description: What is to be restored, in bytes.
      type: int
    uploaded_size:
      description: What has been restored, in bytes.
      type: int
    progress_percent:
      description: How far it is.
      type: int
    progress_msg:
      description: What it is doing, in the words of the server.
      type: str
    warning_msg:
      description: What the server warns of.
      type: str
    error_msg:
      description: Why it failed.
      type: str
    host:
      description: Node of the service that restores.
      type: str
    instances:
      description: The servers that were made or put back, each with C(old_id), the id in the snapshot, C(id), C(name) and C(status).
      type: list
      elements: dict
    networks:
      description: The networks that were made.
      type: list
      elements: dict
    subnets:
      description: The subnets that were made.
      type: list
      elements: dict
    routers:
      description: The routers that were made.
      type: list
      elements: dict
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
from ..module_utils._trilio.restore.queries import OPTIONS, check_restore_query, query


def main() -> None:
    """Run the module."""
    run_info(query, OPTIONS, check_restore_query, mutually_exclusive=[("id", "workload"), ("id", "snapshot")])


if __name__ == "__main__":
    main()
