#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restore servers from a snapshot, cancel restores and delete what they left."""

DOCUMENTATION = r"""
module: restore
short_description: Restore servers from a snapshot of Trilio for OpenStack
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Restores servers from a snapshot of a workload. It restores all servers to where they were, selected servers to
    another place, or the disks of existing servers.
  - The request to the server is built from the snapshot. Servers, volumes, networks, flavors and volume types are given
    by name or id.
  - A restore runs once. A running restore is joined, even if there is a newer snapshot meanwhile. A successful restore
    is not repeated. If the response to the request is lost, the task looks for the restore and never sends the request
    again.
  - The task checks everything that can go wrong before it starts the restore. If a check fails, nothing is written.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) restores, unless the restore was done already.
      - V(cancelled) cancels a running restore. A finished restore is left unchanged. Objects that the restore has
        created by then stay.
      - V(absent) deletes the record of a finished restore. With O(delete_resources=true), it also deletes what the
        restore created. Without the record, the server does not know the restore, and the same task restores again.
    type: str
    choices:
      - present
      - absent
      - cancelled
    default: present
  type:
    description:
      - V(oneclick) creates all servers of the snapshot again, as and where they were. The original servers and their
        volumes must not exist any more.
      - V(selective) creates the servers in O(instances) again. You can choose other names, networks and flavors. The
        servers get new addresses, unless O(keep_addresses=true).
      - V(inplace) overwrites the disks of existing servers with those of the snapshot.
    type: str
    choices:
      - oneclick
      - selective
      - inplace
  workload:
    description:
      - Name or id of the workload.
    type: str
  latest:
    description:
      - If V(true), restore from the newest good snapshot of O(workload). One of O(latest), O(at) and O(snapshot) is
        required.
    type: bool
    default: false
  at:
    description:
      - Restore from the newest good snapshot of O(workload) that was taken at or before this time. The time is in ISO
        8601, and in UTC unless it has an offset, such as V(2026-11-20T14:30:00+01:00).
      - A day without a time of day is refused. It would mean the night before that day.
    type: str
  snapshot:
    description:
      - Snapshot to restore from, given by its name within O(workload) or by its id. With an id, O(workload) is not
        required.
    type: str
  id:
    description:
      - Id of a restore. With O(state=present), the task waits for this restore and starts none.
    type: str
  request_key:
    description:
      - Key that identifies the restore. It has up to 12 letters, digits, dots, dashes and underscores.
      - A successful restore of the workload with this key satisfies the task, even if its snapshot is gone. The task
        warns if that restore was requested with other options.
      - The default is a key made from the requested options, the workload and the snapshot.
      - The key is stored at the end of the description of the restore, where the server shows it to everybody.
      - With O(state=absent) and O(state=cancelled), it selects the restore.
    type: str
  force_new:
    description:
      - If V(true), restore even if a restore with the same key was successful. A running restore is still joined.
      - Without it, the task fails if servers that the successful restore created are gone again.
    type: bool
    default: false
  name:
    description:
      - Name of the restore. The default name contains the name of the workload.
    type: str
  description:
    description:
      - Description of the restore.
    type: str
  instances:
    description:
      - Servers to restore with O(type=selective) and O(type=inplace). Servers that are not listed are not restored.
      - The default with O(type=selective) is all servers of the snapshot. Required with O(type=inplace).
      - Keys that an entry does not set are taken from the snapshot.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the server in the snapshot. Either this option or O(instances[].id) is required.
        type: str
      id:
        description:
          - Id of the server in the snapshot.
        type: str
      include:
        description:
          - If V(false), the server is not restored, as if there were no entry for it.
        type: bool
        default: true
      new_name:
        description:
          - Name of the new server. With O(type=selective) only.
        type: str
      flavor:
        description:
          - Name or id of the flavor of the new server. With O(type=selective) only.
          - The default is the flavor of the cloud with the sizes in the snapshot. The snapshot does not hold the size
            of the swap disk, so the flavor is required if several flavors match and differ in swap.
        type: str
      availability_zone:
        description:
          - Availability zone of the new server, one of those of Nova. With O(type=selective) only.
          - The default is the zone in the snapshot. If the snapshot does not hold it, Nova chooses.
        type: str
      nics:
        description:
          - All NICs of the new server. With O(type=selective) only.
          - By default, the server gets the NICs that it had, in the networks that O(networks) sets, with addresses that
            Neutron chooses.
        type: list
        elements: dict
        suboptions:
          port:
            description:
              - Name or id of an existing port that is not in use. The port determines network and addresses.
            type: str
          network:
            description:
              - Name or id of the network. The default is the network in which O(networks) puts the NIC at the same
                position of the list in the snapshot.
            type: str
          subnet:
            description:
              - Name or id of the subnet. Required if the network has several subnets and none of them holds
                O(instances[].nics[].ip_address).
              - An external network of another project shows no subnets. Give the id then, which is not verified.
            type: str
          ip_address:
            description:
              - Fixed address. It must belong to the subnet, and no port may hold it.
            type: str
          mac_address:
            description:
              - MAC address, which no port of the network may hold. Put it in quotes, because YAML reads some MAC
                addresses as numbers.
            type: str
      volumes:
        description:
          - Settings for volumes of the server. Volumes that are not listed are restored as they were.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the volume in the snapshot. Either this option or O(instances[].volumes[].id) is required.
            type: str
          id:
            description:
              - Id of the volume in the snapshot.
            type: str
          volume_type:
            description:
              - Name or id of the volume type of the new volume.
            type: str
          availability_zone:
            description:
              - Availability zone of the volume, one of those of Cinder. With O(type=selective) only.
              - The default is the zone in the snapshot. If the snapshot does not hold it, Cinder chooses.
            type: str
          restore:
            description:
              - If V(false), the volume is left as it is. With O(type=inplace) only, because a selective restore takes
                all disks of a server.
            type: bool
            default: true
      restore_boot_disk:
        description:
          - If V(true), the boot disk is restored. By default, O(type=inplace) restores it if the snapshot holds it.
          - With O(type=inplace), a boot disk that is a volume is restored unless O(instances[].volumes) says otherwise.
            The two options must not contradict each other.
        type: bool
  networks:
    description:
      - Networks for the NICs that O(instances) does not set. With O(type=selective) only.
      - By default, NICs go to the networks that they were in, which must exist. An empty list is rejected.
    type: list
    elements: dict
    suboptions:
      from:
        description:
          - Name or id of the network in the snapshot. An entry without it applies to all networks that no other entry
            names.
        type: str
      from_subnet:
        description:
          - Name or id of the subnet in the snapshot. If it is set, the entry applies only to NICs of this subnet.
        type: str
      to:
        description:
          - Name or id of the network that the NICs go to.
        type: str
        required: true
      to_subnet:
        description:
          - Name or id of the subnet. Required if the network has several subnets, unless exactly one of them has the
            address range of the old subnet.
          - An external network of another project shows no subnets. Give the id then, which is not verified.
        type: str
  keep_addresses:
    description:
      - If V(true), new servers get the fixed IP addresses and MAC addresses that they had, such as for one of several
        servers that was lost. Without it, Neutron chooses new addresses. With O(type=selective) only, because
        O(type=oneclick) keeps addresses anyway.
      - NICs in O(instances[].nics) get the addresses that are given there.
      - The task fails if a port still holds an address, or if O(networks) puts a NIC in a subnet without its address.
        It does not go with O(restore_topology) and O(restore_file).
    type: bool
    default: false
  allow_duplicate_names:
    description:
      - If V(true), create servers even if servers with their names exist, or if the originals exist and no other name
        is given in O(instances[].new_name). Without it, the task fails then, so that a task with O(latest=true) does
        not create a second server after the next snapshot. O(type=inplace) ignores it.
    type: bool
    default: false
  restore_topology:
    description:
      - If V(true), the networks, subnets and routers of the snapshot are created again, and the servers are put in
        them. With O(type=selective) only, without O(networks) and O(instances[].nics).
    type: bool
    default: false
  restore_file:
    description:
      - Path of a C(restore.json) for the vendor's command line, on the host that runs the module. Use it instead of
        O(instances), O(networks) and O(restore_topology).
      - A relative path is searched for in the directory in which Ansible was called, then in that of the playbook.
      - The file is validated like the options. Servers that it does not list are added as not included.
    type: path
  confirm_overwrite:
    description:
      - Confirmation for O(type=inplace), which requires it. Repeat the list of servers whose disks are overwritten, by
        the names or ids that they have in Nova now.
      - These must be exactly the servers in O(instances) and, if a volume to overwrite is attached to more servers,
        those too. Copy the value from RV(confirm_overwrite).
    type: list
    elements: str
  plan_only:
    description:
      - If V(true), return the plan and the request that would be sent, as check mode does, and send nothing.
    type: bool
    default: false
  delete_resources:
    description:
      - If V(true), O(state=absent) first deletes what the restore created, and then its record. Other states reject it.
        The created objects are the servers, then their ports and volumes, and the security groups that were created for
        them and that nothing else uses. An in-place restore is never cleaned up.
      - Ports that existed before the restore are kept.
      - The task fails if a server has more NICs or volumes now than the restore gave it, or a NIC or volume that was
        created at another time than the server or that another server has too. So nothing is deleted that was attached
        later.
      - The task also fails without the snapshot, because it does not know then what the restore gave to the servers.
      - It fails if a workload protects one of the servers, since they were restored to stay. The copies of a recovery
        test are deleted nevertheless.
    type: bool
    default: false
  force_delete:
    description:
      - If V(true), O(delete_resources=true) also deletes servers for good that Nova keeps for some time after their
        deletion, in the state C(SOFT_DELETED). A Nova with C(reclaim_instance_interval) does that. Until Nova reclaims
        such a server, C(openstack server restore) can bring it back.
      - By default, the task fails if Nova keeps a server. The ports and volumes of the server are in use as long as it
        is kept.
    type: bool
    default: false
  timeout:
    description:
      - Maximum number of seconds to wait, if O(wait=true). After that the server goes on, and running the task again
        joins it.
    type: int
    default: 14400
attributes:
  check_mode:
    details:
      - Check mode cannot predict whether the data of the snapshot can be read. That shows only when the server
        restores.
notes:
  - An in-place restore destroys the data that was written to the overwritten disks after the snapshot was taken.
seealso:
  - module: openprotect.backup.restore_info
  - module: openprotect.backup.snapshot_info
  - ref: ansible_collections.openprotect.backup.docsite.guide_restores
    description: How to get data back, step by step.
"""

EXAMPLES = r"""
- name: Restore servers that were deleted
  openprotect.backup.restore:
    cloud: mycloud
    type: oneclick
    workload: web
    latest: true

- name: Restore one of several servers that was lost, with the addresses that it had
  openprotect.backup.restore:
    cloud: mycloud
    type: selective
    workload: web
    latest: true
    instances:
      - name: web-1
    keep_addresses: true

- name: Restore one server as of Friday evening, with another name and in another network
  openprotect.backup.restore:
    cloud: mycloud
    type: selective
    workload: web
    at: "2026-11-20T18:00:00+01:00"
    instances:
      - name: db-1
        new_name: db-1-friday
        flavor: m1.small
    networks:
      - from: private
        to: quarantine
  register: copied

- name: Show what an in-place restore would overwrite, and what to confirm
  openprotect.backup.restore:
    cloud: mycloud
    type: inplace
    workload: web
    snapshot: before-upgrade-7
    instances:
      - name: db-1
    plan_only: true
  register: planned

- name: Restore the disks of a server in place
  openprotect.backup.restore:
    cloud: mycloud
    type: inplace
    workload: web
    snapshot: before-upgrade-7
    instances:
      - name: db-1
    confirm_overwrite: db-1

- name: Delete the copy with its servers, ports and volumes
  openprotect.backup.restore:
    cloud: mycloud
    id: "{{ copied.id }}"
    state: absent
    delete_resources: true
"""

RETURN = r"""
restore:
  description: Restore as the server shows it or, in check mode, as far as it is known. Null if it is absent.
  returned: success, and if a restore failed
  type: dict
  contains:
    id:
      description: Id of the restore. Null if check mode would start it.
      type: str
    # BEGIN restore of=""
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
      description: Key that identifies the restore, see O(request_key). Null if the restore was not started by this
        collection.
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
      description: Networks that were created, with O(restore_topology=true).
      type: list
      elements: dict
    subnets:
      description: Subnets that were created, with O(restore_topology=true).
      type: list
      elements: dict
    routers:
      description: Routers that were created, with O(restore_topology=true).
      type: list
      elements: dict
    # END restore
id:
  description: Id of the restore. Null if check mode would start it.
  returned: success, and if the task failed after the restore was started
  type: str
  sample: 29fdc1f8-1d53-4a10-bb45-e539a64cdbfc
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
request_key:
  description: Key of the requested restore, see O(request_key). Null if the restore is given by its id.
  returned: success, with O(state=present)
  type: str
  sample: 3f6c0a91b2de
snapshot:
  description: Snapshot to restore from, with C(id), C(name), C(created_at), C(snapshot_type) and C(workload_id). Null
    if a restore was joined or found instead.
  returned: success, with O(state=present)
  type: dict
restore_plan:
  description: Plan of the restore, with names. It says what is restored to which place. Null if no restore is to be
    started.
  returned: success, with O(state=present)
  type: dict
  contains:
    instances:
      description:
        - Servers of the snapshot, each with C(id), C(name), C(include), C(new_name), C(flavor), C(availability_zone),
          C(disks) and C(nics).
        - Each disk has C(id), C(name), C(boot), C(volume), which is false for a boot disk from an image, C(size) in
          GiB, C(restore), C(overwrite), C(volume_type) and C(availability_zone). C(also_attached_to) lists the other
          servers that have a volume to overwrite, each with C(id) and C(name).
        - Each NIC has C(mac_address), C(ip_address) and C(network) as they are in the snapshot, and C(to), the place
          that it is restored to. C(address) is V(kept), V(given) or V(new), which means that Neutron chooses. It is
          null if the NIC is not restored, or if its network is created again.
      type: list
      elements: dict
    restore_topology:
      description: Whether networks, subnets and routers are created again.
      type: bool
    times:
      description:
        - The point in time that was understood, and that of the snapshot, in ISO 8601 without fractions of a second.
        - C(requested_at) is O(at) in UTC, null without it. C(taken_at) is the time of the snapshot in UTC.
          C(requested_at_local) and C(taken_at_local) are the same in the time zone of the host that runs the module.
        - C(newer_snapshots) is the number of newer good snapshots of the workload. C(newest_taken_at) is the time of
          the newest of them in UTC, null if there is none.
      type: dict
    quotas:
      description:
        - Quotas that the new servers need, each with C(service), C(name), C(need), C(limit) and C(free). The names are
          V(instances), V(cores), V(ram) in MiB, V(volumes), V(gigabytes) and both of them for each volume type, such as
          V(volumes_ssd), and V(ports).
        - C(limit) and C(free) are null if there is no limit, or if the service does not show it. The task fails if
          C(need) is more than C(free).
        - Empty for O(type=inplace). What Trilio needs for a time during the transfer is not included.
      type: list
      elements: dict
request_body:
  description: Exact body of the request that starts the restore. Null if no restore is to be started.
  returned: success, with O(state=present)
  type: dict
confirm_overwrite:
  description: Value that O(confirm_overwrite) must have for an in-place restore. Names, or ids if the names are not
    unique. It includes other servers that a volume to overwrite is attached to. Null for other types.
  returned: success, with O(state=present)
  type: list
  elements: str
# BEGIN restore_plan
plan:
  description: Steps that were done or, in check mode, would be done, in order. Empty if there is nothing to do.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(cancel) or V(delete).
      type: str
    kind:
      description: Kind of the object, V(restore), or V(server), V(port), V(volume) and V(security group) with
        O(delete_resources=true).
      type: str
    name:
      description: Name of the object.
      type: str
    id:
      description: Id of the object. Null before it is created.
      type: str
    fields:
      description: Options that were set, or V(status) for a cancellation.
      type: list
      elements: str
# END restore_plan
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
from ..module_utils._trilio.restore.options import OPTIONS
from ..module_utils._trilio.restore.start import STATES


def main() -> None:
    """Run the module."""
    run_operation(
        lambda options: STATES[options["state"]](options),
        OPTIONS,
        mutually_exclusive=[
            ("latest", "at", "snapshot", "id"),
            ("id", "workload"),
            ("id", "request_key"),
            ("restore_file", "instances"),
            ("restore_file", "networks"),
        ],
    )


if __name__ == "__main__":
    main()
