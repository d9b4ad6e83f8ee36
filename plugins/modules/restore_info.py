#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read restores."""

DOCUMENTATION = r"""
module: restore_info
short_description: List restores of Trilio for OpenStack, and the servers that they created
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the restores of the project that match all filters, newest first. The list is empty if there are none.
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
      - Return the restores of the snapshots of this workload, given by name or id. A workload that does not exist is an
        error.
    type: str
  snapshot:
    description:
      - Return the restores of this snapshot, given by its name within O(workload), or by its id.
    type: str
  status:
    description:
      - Return the restores with this status, such as V(available), V(restoring) or V(error).
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
      - Return the restores with this key, see O(openprotect.backup.restore#module:request_key).
    type: str
  details:
    description:
      - If V(true), fetch each restore separately, at most 8 at a time. Otherwise the created servers are null, because
        the list of the server does not hold them.
    type: bool
    default: false
seealso:
  - module: openprotect.backup.restore
"""

EXAMPLES = r"""
- name: List the restored servers of a workload, with their previous ids
  openprotect.backup.restore_info:
    cloud: mycloud
    workload: web
    status: available
    details: true
  register: restored

- name: List running restores
  openprotect.backup.restore_info:
    cloud: mycloud
    status: restoring
"""

RETURN = r"""
restores:
  description: Restores, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the restore.
      type: str
    # BEGIN restore
    name:
      description: Name of the restore. Names are not unique on the server.
      type: str
    description:
      description: Description, without the request key.
      type: str
    type:
      description: V(oneclick), V(selective) or V(inplace).
      type: str
    request_key:
      description: Key that identifies the restore, see O(openprotect.backup.restore#module:request_key). Null if the
        restore was not started by this collection.
      type: str
    status:
      description: Status of the restore, as the server names it.
      type: str
    workload_id:
      description: Id of the workload.
      type: str
    snapshot_id:
      description: Id of the snapshot.
      type: str
    project_id:
      description: Id of the project that the restore belongs to.
      type: str
    created_at:
      description: Start time, in UTC.
      type: str
    finished_at:
      description: End time, in UTC.
      type: str
    time_taken:
      description: Duration in seconds.
      type: int
    size:
      description: Data to restore, in bytes.
      type: int
    uploaded_size:
      description: Data restored so far, in bytes.
      type: int
    progress_percent:
      description: Progress in percent.
      type: int
    progress_msg:
      description: Current activity, in the words of the server.
      type: str
    warning_msg:
      description: Warning of the server.
      type: str
    error_msg:
      description: Reason of the failure.
      type: str
    host:
      description: Node of the service that runs the restore.
      type: str
    instances:
      description: Servers that were created or overwritten, each with C(old_id), the id in the snapshot, C(id), C(name)
        and C(status).
      type: list
      elements: dict
    networks:
      description: Networks that were created, with O(openprotect.backup.restore#module:restore_topology=true).
      type: list
      elements: dict
    subnets:
      description: Subnets that were created, with O(openprotect.backup.restore#module:restore_topology=true).
      type: list
      elements: dict
    routers:
      description: Routers that were created, with O(openprotect.backup.restore#module:restore_topology=true).
      type: list
      elements: dict
    # END restore
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
from ..module_utils._trilio.restore.queries import OPTIONS, check_restore_query, query_restores


def main() -> None:
    """Run the module."""
    run_info(query_restores, OPTIONS, check_restore_query, mutually_exclusive=[("id", "workload"), ("id", "snapshot")])


if __name__ == "__main__":
    main()
