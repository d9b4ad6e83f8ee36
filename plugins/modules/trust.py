#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a trust as declared."""

DOCUMENTATION = r"""
module: trust
short_description: Manage a trust of Trilio for OpenStack
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Creates, replaces and deletes trusts. By a trust, the service later acts as the user who created it, in one project
    and with some roles. Scheduled backups need a valid trust of the user that owns the workload.
  - The service creates a trust by itself when a workload is created or changed. This module creates one if that trust
    was deleted, or is no longer valid because the user lost a role.
  - The trust belongs to the user and the project of the login. A user can delegate only roles of its own.
  - A trust cannot be changed, and its name is chosen by the server.
  - Some servers respond with an error although they create the trust. The module then looks for it in the list, and
    never sends the request again.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) creates a trust if the user has none with exactly these O(roles) in the project, or if it is not
        valid for the O(workload).
      - V(absent) deletes a trust. The task always fails for a trust of the whole cloud. It fails for the last trust of
        a user who owns a workload whose schedule is on, unless O(force=true).
    type: str
    choices:
      - present
      - absent
    default: present
  roles:
    description:
      - Names of the roles that the trust delegates. Give all roles that the service delegates to itself, which are
        those in the option C(trustee_role) of its configuration. Ask an administrator for them.
      - Required with O(state=present). With O(state=absent), the trust of the user with exactly these roles is deleted.
        If there are several, the task fails and lists their names.
      - Mutually exclusive with O(name).
    type: list
    elements: str
  name:
    description:
      - Name of the trust to delete, such as V(trust-6e290937-de9b-446a-a406-eb3944e5a034). It may belong to another
        user of the project.
      - Only with O(state=absent).
    type: str
  workload:
    description:
      - Name or id of a workload of the user. The server tells whether the service has a valid trust for it. Without
        this option, the task checks only that the trust is listed.
      - If the server calls the trust of the workload invalid, the task creates another trust. The task fails if the
        new trust is not valid either. The trusts that exist are not deleted.
      - If validity is unknown, the task warns and leaves the trusts as they are. The server does not report it while
        the schedule of the workload is off, and some releases may lack the call.
    type: str
  recreate:
    description:
      - If V(true), the task creates a new trust in any case, waits until it is listed, and validates it. Only then it
        deletes all other trusts of the user with exactly these O(roles). Every run does this.
      - If the new trust is not valid, or if this is unknown, nothing is deleted.
      - Requires O(workload) and O(wait=true).
    type: bool
    default: false
  force:
    description:
      - With O(state=absent), delete the last trust of a user even if schedules stop then.
    type: bool
    default: false
  timeout:
    description:
      - Maximum number of seconds to wait, if O(wait=true).
    type: int
    default: 300
seealso:
  - module: openprotect.backup.trust_info
  - module: openprotect.backup.preflight_info
"""

EXAMPLES = r"""
- name: Let the service act as the user, so that the schedule of the workload runs
  openprotect.backup.trust:
    cloud: shop
    roles:
      - member
      - creator
    workload: web

- name: Replace the trust after the roles of the user have changed
  openprotect.backup.trust:
    cloud: shop
    roles:
      - member
    workload: web
    recreate: true

- name: Delete a trust that is no longer used
  openprotect.backup.trust:
    cloud: shop
    name: trust-6e290937-de9b-446a-a406-eb3944e5a034
    state: absent
"""

RETURN = r"""
trust:
  description: Trust as the server shows it or, in check mode, as it would be. Null if it is absent.
  returned: success
  type: dict
  contains:
    # BEGIN trust
    id:
      description: Name of the trust, by which the server identifies it.
      type: str
    name:
      description: Name of the trust, C(trust-) and a UUID. The server chooses it.
      type: str
    roles:
      description: Names of the roles that the trust delegates, sorted.
      type: list
      elements: str
    user_id:
      description: Id of the user that the service acts as. C(cloud_admin) for a trust of the whole cloud.
      type: str
    project_id:
      description: Id of the project that the trust belongs to.
      type: str
    is_cloud_trust:
      description: Whether the trust belongs to the whole cloud.
      type: bool
    status:
      description: Status of the trust, as the server shows it. It does not indicate whether the trust is valid.
      type: str
    description:
      description: Description, in the words of the server.
      type: str
    version:
      description: Build of the server that created it.
      type: str
    created_at:
      description: Time of creation, in UTC.
      type: str
    # END trust
id:
  description: Name of the trust, by which the server identifies it. Null if check mode would create it.
  returned: success
  type: str
  sample: trust-6e290937-de9b-446a-a406-eb3944e5a034
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
# BEGIN plan actions="V(create), V(recreate) or V(delete)" kinds=V(trust)
plan:
  description: Steps that were done or, in check mode, would be done, in order. Empty if there is nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(recreate) or V(delete).
      type: str
    kind:
      description: Kind of the object, V(trust).
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

from ..module_utils._openstack.run import run_operation
from ..module_utils._trilio.trust.resource import OPTIONS, Trust, parse


def main() -> None:
    """Run the module."""
    run_operation(parse, OPTIONS, **Trust.rules)


if __name__ == "__main__":
    main()
