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
  - Reads the workloads of the project and returns their declaration, the variable C(protect_policies) of the role
    P(openprotect.backup.protect#role).
  - Passed to this role, or as entries to M(openprotect.backup.workloads), the declaration changes nothing. Before it is
    returned, it is compared with the server in the same way as the role and the module do. A warning names each
    workload that would still fail or be changed.
  - Workloads with the same schedule, backup target type, policy and workload type are grouped in one backup policy. The
    name of the policy describes it briefly. You can change the names, because they are not sent to the server.
  - Settings that a policy of Trilio decides are left out of the schedule of its workloads. A date of the first snapshot
    that has passed is left out as well.
  - Settings that cannot be declared as the server shows them are left out, and a warning names them.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes.info_module
  - openprotect.backup._attributes.action_group
options:
  names:
    description:
      - Shell patterns, such as V(web-*). Only workloads with a name that matches one of them are exported. Matching is
        case-sensitive.
      - The task fails if a pattern matches no workload.
    type: list
    elements: str
notes:
  - Servers, workload types, backup target types and policies are given by name if the name is unique, otherwise by id.
    A workload without a unique name is exported by its id. Such an entry can manage the workload, but not create it
    again.
  - The marks of owners are not exported with the metadata. RV(owners) lists the owners.
  - To write a file, use the filter P(openprotect.backup.policies_to_yaml#filter), and not
    P(ansible.builtin.to_nice_yaml#filter). It marks strings that Ansible would otherwise treat as templates when it
    reads the file.
seealso:
  - module: openprotect.backup.workloads
  - module: openprotect.backup.workload_info
  - plugin: openprotect.backup.policies_to_yaml
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Export all workloads of the project
  openprotect.backup.workload_export:
    cloud: mycloud
  register: exported

- name: Write the policies to a file of variables
  ansible.builtin.copy:
    content: "{{ exported.protect_policies | openprotect.backup.policies_to_yaml }}"
    dest: "{{ playbook_dir }}/protect_policies.yml"
    mode: "0644"

- name: Export the workloads of the web servers only
  openprotect.backup.workload_export:
    cloud: mycloud
    names:
      - web-*
"""

RETURN = r"""
protect_policies:
  description: Backup policies, sorted by name. Empty keys are left out.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the policy, which describes it briefly.
      type: str
    schedule:
      description: Schedule and retention, in the form of the option
        O(openprotect.backup.workloads#module:workloads[].schedule).
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
        - Workloads of the policy, sorted by name, each with its own settings. These are C(name) or C(id),
          C(description), C(instances), C(metadata), C(encryption), C(secret), and in C(schedule) a date of the first
          snapshot that is in the future.
      type: list
      elements: dict
counts:
  description: Numbers of exported objects.
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
    - Owners that have marked the workloads, for O(openprotect.backup.workloads#module:owner).
  returned: success
  type: list
  elements: str
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
from ..module_utils._trilio.workload_export.declaration import OPTIONS, check_export_options, export_workloads


def main() -> None:
    """Run the module."""
    run_info(export_workloads, OPTIONS, check_export_options)


if __name__ == "__main__":
    main()
