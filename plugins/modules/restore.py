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
  - Restores servers from a snapshot of a workload - all of them to where they were, some of them to elsewhere, or their disks in place.
  - The request that the server needs is made out of the snapshot; servers, volumes, networks, flavors and volume types are given by name or id.
  - A restore happens once. One that runs is joined, whichever snapshot is the newest meanwhile; one that has ended well is not repeated; if the
    answer to the request is lost, the task looks for the restore and never sends the request again.
  - All that can go wrong is looked for before the restore is started, and then nothing is written.
extends_documentation_fragment:
  - openprotect.backup._auth
  - openprotect.backup._attributes
  - openprotect.backup._attributes.action_group
  - openprotect.backup._wait
options:
  state:
    description:
      - V(present) restores, unless that was done already.
      - V(cancelled) cancels a restore that runs, and does nothing to one that has ended. What it made by then stays.
      - V(absent) deletes the record of a restore that has ended, and with O(delete_resources=true) what it made. Without the record the
        server has forgotten the restore, and the same task restores anew.
    type: str
    choices:
      - present
      - absent
      - cancelled
    default: present
  type:
    description:
      - V(oneclick) makes all servers of the snapshot anew, as and where they were; the originals, and their volumes, must be gone.
      - V(selective) makes the servers that O(instances) says anew, under other names, in other networks, of other flavors as wanted.
      - V(inplace) overwrites the disks of servers that are there with those of the snapshot.
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
      - Restore from the newest good snapshot of O(workload). One of O(latest), O(at) and O(snapshot) is needed.
    type: bool
    default: false
  at:
    description:
      - Restore from the newest good snapshot of O(workload) that was taken at or before this point in time, in ISO 8601, UTC unless it has an
        offset, such as V(2026-11-20T14:30:00+01:00).
    type: str
  snapshot:
    description:
      - Restore from this snapshot - its name within O(workload), or its id, for which O(workload) is not needed.
    type: str
  id:
    description:
      - Id of a restore. With O(state=present) the task waits for it, and starts none.
    type: str
  request_key:
    description:
      - Which restore this is, up to 12 letters, digits, dots, dashes and underscores. A restore of the workload that ended well and has the
        key satisfies, also after its snapshot has gone; one that was asked for in another way brings a warning. When not given, a key is made
        from what is asked for, the workload and the snapshot.
      - It is kept at the end of the description of the restore, where the server shows it to everybody.
      - With O(state=absent) and O(state=cancelled) it says which restore is meant.
    type: str
  force_new:
    description:
      - Restore although a restore with the same key has ended well. One that runs is joined all the same.
    type: bool
    default: false
  name:
    description:
      - Name of the restore. When not given, it has the name of the workload in it.
    type: str
  description:
    description:
      - Description of the restore.
    type: str
  instances:
    description:
      - With O(type=selective) and O(type=inplace) the servers to restore; those that are not listed are not restored. With O(type=selective)
        and without this option all servers of the snapshot are restored; O(type=inplace) needs it.
      - What an entry does not say is taken from the snapshot.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the server in the snapshot. Either this or O(instances[].id).
        type: str
      id:
        description:
          - Id of the server in the snapshot.
        type: str
      include:
        description:
          - Whether to restore it. An entry with V(false) is as good as none.
        type: bool
        default: true
      new_name:
        description:
          - Name of the server that is made. With O(type=selective) only.
        type: str
      flavor:
        description:
          - Name or id of its flavor. When not given, the flavor of the cloud that has the numbers that the snapshot holds; where several have
            them and differ in swap, which the snapshot does not hold, it is needed. With O(type=selective) only.
        type: str
      availability_zone:
        description:
          - Availability zone of the server. With O(type=selective) only.
        type: str
      nics:
        description:
          - All NICs that the server gets. When not given, it gets those that it had, in the networks that O(networks) says, with addresses
            that Neutron chooses. With O(type=selective) only.
        type: list
        elements: dict
        suboptions:
          port:
            description:
              - Name or id of a port that is there and free. It says network and addresses by itself.
            type: str
          network:
            description:
              - Name or id of the network. When not given, that in which O(networks) puts the NIC at the same place of the list in the snapshot.
            type: str
          subnet:
            description:
              - Name or id of the subnet. Needed where the network has several of which none holds O(instances[].nics[].ip_address).
            type: str
          ip_address:
            description:
              - Fixed address; it must lie in the subnet.
            type: str
          mac_address:
            description:
              - MAC address, in quotes, because YAML takes some for a number.
            type: str
      volumes:
        description:
          - What shall be different with the volumes of the server; those that are not listed are restored as they were.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the volume in the snapshot. Either this or O(instances[].volumes[].id).
            type: str
          id:
            description:
              - Id of the volume in the snapshot.
            type: str
          volume_type:
            description:
              - Name or id of the volume type of the volume that is made.
            type: str
          availability_zone:
            description:
              - Availability zone of the volume. With O(type=selective) only.
            type: str
          restore:
            description:
              - V(false) leaves the volume as it is. With O(type=inplace) only - a selective restore takes all disks of a server.
            type: bool
            default: true
      restore_boot_disk:
        description:
          - Whether to restore the boot disk. When not given, O(type=inplace) restores it, where the snapshot holds it.
          - With O(type=inplace), a boot disk that is a volume is restored where O(instances[].volumes) does not say otherwise. The two must not
            contradict each other.
        type: bool
  networks:
    description:
      - In which networks the NICs go that O(instances) says nothing of. When not given, in those that they were in, which must be there.
        An empty list is refused. With O(type=selective) only.
    type: list
    elements: dict
    suboptions:
      from:
        description:
          - Name or id of the network in the snapshot. An entry without it is for all networks that no other entry names.
        type: str
      from_subnet:
        description:
          - Name or id of the subnet in the snapshot, where only NICs of this one are meant.
        type: str
      to:
        description:
          - Name or id of the network that the NICs go in.
        type: str
        required: true
      to_subnet:
        description:
          - Name or id of the subnet. Needed where the network has several, and not exactly one of them has the address range of the old subnet.
        type: str
  restore_topology:
    description:
      - Make the networks, subnets and routers of the snapshot anew, and put the servers in them. With O(type=selective) only, without O(networks) and
        O(instances[].nics).
    type: bool
    default: false
  restore_file:
    description:
      - Path, where the module runs, of a C(restore.json) as the command line of the vendor takes it, instead of O(instances), O(networks) and
        O(restore_topology). It is validated as the options are, and servers that it does not list are added as not included.
    type: path
  confirm_overwrite:
    description:
      - Needed for O(type=inplace). The servers whose disks are overwritten, once more, by the names or ids that Nova has for them now.
        It must be exactly those that O(instances) says. RV(confirm_overwrite) is what to paste.
    type: list
    elements: str
  plan_only:
    description:
      - Return the plan and the request that would be sent, as check mode does, and send nothing.
    type: bool
    default: false
  delete_resources:
    description:
      - With O(state=absent), and no other state, delete what the restore made, before its record - its servers, then their ports and volumes, and the security
        groups that were made for them and that nothing else uses. Never for an in-place restore.
      - A port that was there before is kept. A server that has more NICs or volumes now than it got, or one that was made at another time than
        the server, or that another server has too, stops the task, so that nothing is deleted that somebody attached later. Without the
        snapshot nobody knows what it got, so the task stops then, too.
    type: bool
    default: false
  timeout:
    description:
      - Seconds to wait at most, with O(wait=true). The server goes on when the time is over; running the task again joins it.
    type: int
    default: 14400
attributes:
  check_mode:
    details:
      - Whether the data of the snapshot can be read, and quotas, show only when the server restores.
notes:
  - Data that was written after the snapshot was taken is lost on what an in-place restore overwrites.
seealso:
  - module: openprotect.backup.restore_info
  - module: openprotect.backup.snapshot_info
  - ref: ansible_collections.openprotect.backup.docsite.guide_restores
    description: How to get data back, step by step.
"""

EXAMPLES = r"""
- name: Bring back servers that were deleted
  openprotect.backup.restore:
    cloud: mycloud
    type: oneclick
    workload: web
    latest: true

- name: Restore one server under another name into another network, as it was on Friday evening
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

- name: See what an in-place restore would overwrite, and what to confirm
  openprotect.backup.restore:
    cloud: mycloud
    type: inplace
    workload: web
    snapshot: before-upgrade-7
    instances:
      - name: db-1
    plan_only: true
  register: planned

- name: Put the disks of a server back
  openprotect.backup.restore:
    cloud: mycloud
    type: inplace
    workload: web
    snapshot: before-upgrade-7
    instances:
      - name: db-1
    confirm_overwrite: db-1

- name: Take the copy away again, servers, ports, volumes and all
  openprotect.backup.restore:
    cloud: mycloud
    id: "{{ copied.id }}"
    state: absent
    delete_resources: true
"""

RETURN = r"""
restore:
  description: The restore as the server shows it or, in check mode, as far as it is known. Null where it is absent.
  returned: success, and where a restore ended badly
  type: dict
  contains:
    id:
      description: Id of the restore; null where check mode would start it.
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
      description: Which restore it is, see O(request_key); null where it was not made by this collection.
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
      description: The networks that were made, with O(restore_topology=true).
      type: list
      elements: dict
    subnets:
      description: The subnets that were made, with O(restore_topology=true).
      type: list
      elements: dict
    routers:
      description: The routers that were made, with O(restore_topology=true).
      type: list
      elements: dict
id:
  description: Id of the restore, null where check mode would start it.
  returned: success, and where the task failed after it was started
  type: str
  sample: 29fdc1f8-1d53-4a10-bb45-e539a64cdbfc
project_id:
  description: Project of the token.
  returned: success
  type: str
  sample: dee550d3df5b497ca2e05044616bc8b1
request_key:
  description: The key of the restore that is asked for, see O(request_key); null where it is given by its id.
  returned: success, with O(state=present)
  type: str
  sample: 3f6c0a91b2de
snapshot:
  description: The snapshot that is restored from, with C(id), C(name), C(created_at), C(snapshot_type) and C(workload_id); null where a
    restore was joined or found instead.
  returned: success, with O(state=present)
  type: dict
restore_plan:
  description: What is restored to where, in names; null where nothing is to be started.
  returned: success, with O(state=present)
  type: dict
  contains:
    instances:
      description:
        - All servers of the snapshot, each with C(id), C(name), C(include), C(new_name), C(flavor), C(availability_zone),
          C(disks) and C(nics).
        - Each disk has C(id), C(name), C(boot), C(size) in GiB, C(restore), C(volume_type) and C(availability_zone).
        - Each NIC has C(mac_address), C(ip_address) and C(network) as they are in the snapshot, and C(to), what it becomes.
      type: list
      elements: dict
    restore_topology:
      description: Whether networks, subnets and routers are made anew.
      type: bool
request_body:
  description: The exact body of the request that starts the restore; null where nothing is to be started.
  returned: success, with O(state=present)
  type: dict
confirm_overwrite:
  description: What O(confirm_overwrite) must hold for an in-place restore, as names, or as ids where names are not unique; null for other types.
  returned: success, with O(state=present)
  type: list
  elements: str
plan:
  description: What was done or, in check mode, would be done.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(cancel) or V(delete).
      type: str
    kind:
      description: Kind of the object, V(restore), or V(server), V(port), V(volume) and V(security group) with O(delete_resources=true).
      type: str
    name:
      description: What the object is called.
      type: str
    id:
      description: Id of the object, null before it is created.
      type: str
    fields:
      description: Options that were given, or V(status) for a cancellation.
      type: list
      elements: str
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
