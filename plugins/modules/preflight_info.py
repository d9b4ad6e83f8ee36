#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check all that can stop backups."""

DOCUMENTATION = r"""
module: preflight_info
short_description: Check all that can stop the backups of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Goes the whole way from this host to the last snapshot of each workload, and says of each step how it is and what to do about it.
    That is names and certificates, the login, the catalog, the first answer of the service; roles, line of the server, licence, nodes, global
    job scheduler, services and quota of OpenStack, backup targets, policies; and of each workload with a schedule its state, its trust, its
    servers, its last snapshot, and how old the newest good one is.
  - What it finds never fails the task, not even a login that is refused. Only options that are wrong do. Look at RV(summary), or use the playbook
    C(openprotect.backup.preflight), which fails where something is not as it should be.
  - It sends a login and eight requests, one for each workload, and two more for each that has its schedule switched on. A few more go to Cinder and
    Barbican, where these are in the catalog.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  trustee_roles:
    description:
      - The roles that the service hands on to itself when it makes a trust, that is its option C(trustee_role). Ask an administrator; stock
        installations have V(_member_) and V(creator), those of Kolla V(creator), those of the charm V(member).
      - If given, the user must have all of them.
    type: list
    elements: str
    default: []
seealso:
  - module: openprotect.backup.workload_info
  - module: openprotect.backup.snapshot_info
"""

EXAMPLES = r"""
- name: Find out why backups stopped
  openprotect.backup.preflight_info:
    cloud: mycloud
  register: preflight

- name: Show what was found, one line each
  ansible.builtin.debug:
    msg: "{{ preflight.report }}"

- name: Show what is to be done
  ansible.builtin.debug:
    msg: "{{ item.action }}"
  loop: "{{ preflight.checks | selectattr('status', 'in', ['failed', 'warning']) }}"
"""

RETURN = r"""
checks:
  description: The checks, in the order in which they were made.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description:
        - Which check. One of C(dns), C(tls), C(token), C(catalog), C(api), C(roles), C(server_line), C(licence), C(nodes), C(scheduler), C(services),
          C(quota), C(targets), C(secrets), C(policies), C(workloads), and of each workload C(schedule), C(state), C(trust), C(servers),
          C(last_snapshot), C(overdue).
      type: str
    status:
      description:
        - V(ok); V(warning), it works and soon may not, or may not be what was meant; V(failed), it stops backups; V(unknown), the server does not tell,
          or not to this user; V(skipped), there is nothing to look at, or something before it failed.
      type: str
    subject:
      description: What was looked at, by name and id.
      type: str
    detail:
      description: What was found.
      type: str
    action:
      description: What to do about it, empty where nothing is to be done.
      type: str
summary:
  description: How many checks ended how.
  returned: success
  type: dict
  contains:
    ok:
      description: How many are good.
      type: int
    warning:
      description: How many are a warning.
      type: int
    failed:
      description: How many stop backups.
      type: int
    unknown:
      description: How many could not be made.
      type: int
    skipped:
      description: How many had nothing to look at.
      type: int
report:
  description: The same for people, one line each. Where more than five checks of one name are good, they share a line.
  returned: success
  type: list
  elements: str
project_id:
  description: Project of the token, null where there was no login.
  returned: success
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
# BEGIN failure
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
# END failure
"""

from ..module_utils._openstack import run
from ..module_utils._trilio.preflight.run import check_options, query


def main() -> None:
    """Run the module."""
    run.run_query_before_login(query, check_options, {"trustee_roles": {"type": "list", "elements": "str", "default": []}})


if __name__ == "__main__":
    main()
