#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check all that can stop backups."""

DOCUMENTATION = r"""
module: preflight_info
short_description: Check everything that can stop the backups of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Checks each step from this host to the last snapshot of each workload, and says what it found and what to do about
    it.
  - It checks host names and certificates, the login, the catalog, and the first response of the service.
  - It checks roles, line of the server, licence, nodes, global job scheduler, services and quota of OpenStack, backup
    targets, and policies.
  - For each workload, it checks whether Cinder has room for its next backup, and whether it holds encrypted volumes
    without being encrypted itself.
  - For each workload with a schedule, it checks its state, its trust, its servers, its last snapshot, the age of its
    newest good snapshot, and whether two schedulers take snapshots of it.
  - The findings never fail the task, not even a refused login. Only invalid options do. Look at RV(summary), or use the
    playbook C(openprotect.backup.preflight), which fails if a check failed.
  - It sends a login and eight requests, one request for each workload, and two more for each workload whose schedule is
    enabled. A few more go to Cinder and Barbican, if these are in the catalog.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  trustee_roles:
    description:
      - Roles that the service delegates to itself when it creates a trust, which is the option C(trustee_role) of the
        service. Ask an administrator. Stock installations have V(_member_) and V(creator), installations with Kolla
        V(creator), and installations with the charm V(member).
      - If it is set, the user must have all of these roles.
    type: list
    elements: str
    default: []
  show_ids:
    description:
      - If V(true), RV(report) names each object with its id. Otherwise it shows ids only of objects that have the same
        name. RV(checks) always has them.
    type: bool
    default: false
seealso:
  - module: openprotect.backup.workload_info
  - module: openprotect.backup.snapshot_info
"""

EXAMPLES = r"""
- name: Find out why backups stopped
  openprotect.backup.preflight_info:
    cloud: mycloud
  register: preflight

- name: Show the findings, what is bad first
  openprotect.backup.show_lines:
    lines: "{{ preflight.report }}"

- name: Show what to do
  ansible.builtin.debug:
    msg: "{{ item.action }}"
  loop: "{{ preflight.checks | selectattr('status', 'in', ['failed', 'warning']) }}"
"""

RETURN = r"""
checks:
  description: Checks, in the order in which they were made.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description:
        - Name of the check. One of C(dns), C(tls), C(token), C(catalog), C(api), C(roles), C(server_line), C(licence),
          C(nodes), C(scheduler), C(services), C(quota), C(encryption), C(targets), C(secrets), C(policies),
          C(workloads), and for each workload C(schedule), C(state), C(trust), C(servers), C(last_snapshot), C(overdue).
      type: str
    status:
      description:
        - V(ok) means that nothing is wrong.
        - V(warning) means that it works, but may soon stop working, or may not be intended.
        - V(failed) means that it stops backups.
        - V(unknown) means that the server does not show it, or not to this user.
        - V(skipped) means that there is nothing to check, or that an earlier check failed.
      type: str
    subject:
      description: Name and id of what was checked.
      type: str
    detail:
      description: Finding of the check.
      type: str
    action:
      description: What to do about it. Empty if there is nothing to do.
      type: str
summary:
  description: Number of checks by status.
  returned: success
  type: dict
  contains:
    ok:
      description: Number of checks with the status V(ok).
      type: int
    warning:
      description: Number of checks with the status V(warning).
      type: int
    failed:
      description: Number of checks with the status V(failed).
      type: int
    unknown:
      description: Number of checks with the status V(unknown).
      type: int
    skipped:
      description: Number of checks with the status V(skipped).
      type: int
report:
  description:
    - Checks as lines of text for the screen, none longer than 110 columns. What is bad comes first, with what to do
      below it.
    - If more than five checks of one name are V(ok), they share a line.
  returned: success
  type: list
  elements: str
cloud:
  description: The cloud that was checked. Two files C(clouds.yaml) may have different clouds of the same name.
  returned: success
  type: dict
  contains:
    auth_url:
      description: URL of Keystone.
      type: str
    region_name:
      description: Region of the endpoints. Null if none was chosen.
      type: str
  sample:
    auth_url: https://cloud.example.com:5000/v3
    region_name: RegionOne
project_id:
  description: Id of the project of the token. Null if there was no login.
  returned: success
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
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

from ..module_utils._trilio.preflight.run import run_preflight


def main() -> None:
    """Run the module."""
    run_preflight()


if __name__ == "__main__":
    main()
