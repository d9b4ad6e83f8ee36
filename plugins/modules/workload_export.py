#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Export workloads as backup policies."""

DOCUMENTATION = r"""
module: workload_export
short_description: Export workloads of Trilio for OpenStack as backup policies
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Reads the workloads of the project and returns what declares them, the variable C(protect_policies) of the role P(openprotect.backup.protect#role).
  - Fed back to that role, or as entries to M(openprotect.backup.workloads), it changes nothing. Before it is returned it is compared with the server
    in the way that those would compare it, and a warning names each workload that would fail or be changed all the same.
  - Workloads with the same schedule, backup target type, policy and workload type stand in one backup policy, whose name says in short what it does.
    Other names do as well. No name of a policy goes to the server.
  - What a policy of Trilio decides is left out of the schedule of the workloads that are bound to it, and so is a day of the first snapshot that is over.
  - What cannot be declared as the server shows it is left out, and a warning names it.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  names:
    description:
      - Shell patterns such as V(web-*). Only the workloads are exported whose name matches one of them. Upper and lower case differ.
    type: list
    elements: str
notes:
  - Servers, workload types, backup target types and policies are referred to by name where only one has it, otherwise by id. A workload whose name is
    not the only one of its kind is exported by its id, with which it can be kept but not made anew.
  - The mark of an owner is not exported with the metadata. RV(owners) names the owners.
  - To write a file use the filter P(openprotect.backup.policies_to_yaml#filter), and not P(ansible.builtin.to_nice_yaml#filter). It marks texts that
    Ansible would take for templates when it reads the file.
seealso:
  - module: openprotect.backup.workloads
  - module: openprotect.backup.workload_info
  - plugin: openprotect.backup.policies_to_yaml
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read what there is
  openprotect.backup.workload_export:
    cloud: mycloud
  register: exported

- name: Write it into a file of variables
  ansible.builtin.copy:
    content: "{{ exported.protect_policies | openprotect.backup.policies_to_yaml }}"
    dest: "{{ playbook_dir }}/protect_policies.yml"
    mode: "0644"

- name: Export the web servers alone
  openprotect.backup.workload_export:
    cloud: mycloud
    names:
      - web-*
"""

RETURN = r"""
protect_policies:
  description: The backup policies, sorted by name. A key that says nothing is left out.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the policy, which says in short what it does.
      type: str
    schedule:
      description: When and how long, in the form of the option O(openprotect.backup.workloads#module:workloads[].schedule).
      type: dict
    backup_target_type:
      description: Name or id of the backup target type.
      type: str
    policy:
      description: Name or id of the policy of Trilio.
      type: str
    workload_type:
      description: Name or id of the workload type.
      type: str
    workloads:
      description:
        - The workloads of the policy, sorted by name, each with what is its own, C(name) or C(id), C(description), C(instances), C(metadata),
          C(encryption), C(secret), and in C(schedule) a day of the first snapshot that is still to come.
      type: list
      elements: dict
counts:
  description: How much was exported.
  returned: success
  type: dict
  contains:
    policies:
      description: Number of policies.
      type: int
    workloads:
      description: Number of workloads.
      type: int
owners:
  description:
    - The owners whose marks the workloads carry, for O(openprotect.backup.workloads#module:owner).
  returned: success
  type: list
  elements: str
# BEGIN project_id
project_id:
  description: Project of the token.
  returned: success
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
# END project_id
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
from ..module_utils._trilio.workload_export.declaration import check, query


def main() -> None:
    """Run the module."""
    run.run_query(query, check, {"names": {"type": "list", "elements": "str"}})


if __name__ == "__main__":
    main()
