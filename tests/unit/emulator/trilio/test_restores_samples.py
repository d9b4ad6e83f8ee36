# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator answers the captured requests for restores as captured, and shows ended restores like the captured ones.

Ids, users and times are masked: they differ from capture to capture, but not in their length. All other values are
compared, and the responses have the Content-Length of the capture.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from unit.emulator.in_process import Api, sample

PROJECT = "c76b3355a164498aa95ddbc960adc238"
CIRROS_1, CIRROS_2 = "e33c1eea-c533-4945-864d-0da1fc002070", "67d6a100-fee6-4aa5-83a1-66b070d2eabe"
MASKS = {
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000"),
    "time in microseconds": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"),
    "uuid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "user": re.compile(r"[0-9a-f]{32}"),
}
VOLUME_TYPE = "iscsi"


def masked(value: Any) -> Any:
    """Return a body with masked texts: those that differ from capture to capture."""
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items() if key != "links"}
    if isinstance(value, list):
        return [masked(item) for item in value]
    forms = [name for name, form in MASKS.items() if isinstance(value, str) and form.fullmatch(value)]
    return forms[0] if forms else value


def volume(identifier: str) -> dict[str, Any]:
    """Return a disk of a snapshot that is a volume."""
    own = {
        "volume_id": identifier,
        "volume_name": "v",
        "volume_size": "1",
        "volume_type": VOLUME_TYPE,
        "volume_mountpoint": "/dev/vda",
    }
    return {"label": None, "resource_id": identifier, "restore_size": 2**30, "availability_zone": "nova", **own}


def captured(snapshot_id: str, instances: list[dict[str, Any]]) -> Api:
    """Return an emulator with the captured snapshot, whose VMs are gone."""
    api = Api("4.2", build_version="4.0.115")
    details = sample("restore_show")["restore"]["snapshot_details"]
    row = {key: value for key, value in details.items() if key not in ("display_name", "display_description")}
    names = {"name": details["display_name"], "description": details["display_description"]}
    vms = [{"id": one["id"], "name": one["name"], "metadata": {}} for one in instances]
    api.admin("POST", "workloads", {"id": details["workload_id"], "project_id": PROJECT, "instances": vms})
    api.admin("POST", "snapshots", {**row, **names, "id": snapshot_id, "instances": instances})
    return api


def two_cirros() -> list[dict[str, Any]]:
    """Return the VMs of the captured one-click and selective restores."""
    return [
        {"id": CIRROS_1, "name": "cirros-1", "vdisks": [volume("365ad75b-ca76-46cb-8eea-435535fd2e22")]},
        {"id": CIRROS_2, "name": "cirros-2", "vdisks": [volume("d1f3a0e2-5d0f-4b8e-9b44-0f4f0c6f1f01")]},
    ]


def originals() -> list[dict[str, Any]]:
    """Return the VMs of the captured in-place restore."""
    ends = {
        "7c1bb5d2-aa5a-44f7-abcd-2d76b819b4c8": "f6b3fef6-4b0e-487e-84b5-47a14da716ca",
        "08dab61c-6efd-44d3-a9ed-8e789d338c1b": "53204f34-019d-4ba8-ada1-e6ab7b8e5b43",
    }
    return [{"id": server, "name": "cirros", "vdisks": [volume(disk)]} for server, disk in ends.items()]


@pytest.mark.parametrize(
    ("kind", "length", "instances"),
    [("oneclick", 992, two_cirros()), ("selective", 1713, two_cirros()), ("inplace", 1341, originals())],
)
@pytest.mark.parametrize("nested", [False, True])
def test_captured_requests(kind: str, length: int, instances: list[dict[str, Any]], nested: bool) -> None:
    wanted = sample(f"restore_{kind}_response")
    snapshot_id = wanted["restore"]["snapshot_id"]
    api = captured(snapshot_id, instances)
    details = sample("restore_show")["restore"]["snapshot_details"]
    path = (
        f"/workloads/{details['workload_id']}/snapshots/{snapshot_id}/restores"
        if nested
        else f"/snapshots/{snapshot_id}"
    )
    response = api.call("POST", path, sample(f"restore_{kind}_request"), project=PROJECT, host="wlm_backend")
    assert response.status_code == 202, response.text
    got = json.loads(response.data)
    assert masked(got) == masked(wanted)
    assert [link["href"].replace(got["restore"]["id"], "") for link in got["restore"]["links"]] == [
        link["href"].replace(wanted["restore"]["id"], "") for link in wanted["restore"]["links"]
    ]
    assert len(response.data) == length
    assert response.headers["Content-Type"] == "application/json"
    assert "X-Compute-Request-Id" in response.headers


def as_from_the_dashboard() -> dict[str, Any]:
    """Return the request behind the captured list: the dashboard repeats name and description in the options."""
    body: dict[str, Any] = sample("restore_show")["restore"]
    names = {"name": body["name"], "description": body["description"]}
    options = {"oneclickrestore": True, "restore_type": "oneclick", "openstack": {}, "type": "openstack", **names}
    return {"restore": {**names, "options": options}}


def by_name(restore: dict[str, Any]) -> dict[str, Any]:
    """Return a restore with its VMs in the order of their names."""
    for holder in (restore, restore["restore_options"]["openstack"]):
        if "instances" in holder:
            holder["instances"] = sorted(holder["instances"], key=lambda one: str(one["name"]))
    return restore


def ran(api: Api) -> str:
    """Run the captured one-click restore in its captured time, and return its id."""
    snapshot_id = sample("restore_show")["restore"]["snapshot_id"]
    api.set(restore_instance_s=290)
    response = api.call("POST", f"/snapshots/{snapshot_id}", as_from_the_dashboard(), project=PROJECT)
    assert response.status_code == 202, response.text
    api.step(600)
    return str(json.loads(response.data)["restore"]["id"])


def test_show_after_the_request() -> None:
    wanted = sample("restore_show")["restore"]
    api = captured(wanted["snapshot_id"], two_cirros())
    response = api.call("GET", f"/restores/{ran(api)}", project=PROJECT, host="wlm_backend")
    assert masked(by_name(json.loads(response.data)["restore"])) == masked(by_name(wanted))
    assert len(response.data) == 2639


def test_list_after_two_requests_the_first_of_which_failed() -> None:
    wanted = sample("restores_list")["restores"]
    api = captured(wanted[0]["snapshot_id"], two_cirros())
    api.admin(
        "PUT", "faults", {"kind": "fails", "method": "POST", "path": "/snapshots/", "body": wanted[1]["error_msg"]}
    )
    ran(api)
    for row in api.admin("GET", "instances"):
        api.admin("DELETE", f"instances/{row['id']}")
    ran(api)
    got = api.get("/restores/detail", project=PROJECT, host="wlm_backend")["restores"]
    # The progress at the failure is random.
    for row in (got[1], wanted[1]):
        del row["uploaded_size"], row["time_taken"]
    assert [masked(by_name(row)) for row in got] == [masked(by_name(row)) for row in wanted]


def filled(template: Any, values: dict[str, Any]) -> Any:
    """Return a documented request with values in place of its placeholders."""
    if isinstance(template, dict):
        return {key: filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, values) for value in template]
    return values[template.strip("<>").lower()] if isinstance(template, str) and template.startswith("<") else template


def test_selective_template() -> None:
    api = captured(sample("restore_show")["restore"]["snapshot_id"], two_cirros())
    network, subnet = "5fb7027d-a2ac-4a21-9ee1-438c281d2b26", "b7b54304-aa82-4d50-91e6-66445ab56db4"
    port = {"mac_address": "fa:16:3e:00:00:09", "ip_address": "10.0.0.9", "id": "0a7c3c54-7b1c-4a43-9b0e-5a4cb0f5a8f0"}
    names = {
        "restore name": "r",
        "restore description": "d",
        "new name of instance": "copy",
        "name of the target network": "internal",
    }
    places = {
        "availability zone": "nova",
        "volume availability zone": "nova",
        "new volume type": VOLUME_TYPE,
        "integer": 1,
        "true/false": True,
    }
    ids = {
        "original id of instance to be restored": CIRROS_1,
        "original id of volume": "365ad75b-ca76-46cb-8eea-435535fd2e22",
    }
    ends = {
        f"{kind} of the pre-created port": port[key]
        for kind, key in (("mac_address", "mac_address"), ("ip", "ip_address"), ("id", "id"))
    }
    ends |= {
        "mac address of the pre-created port": port["mac_address"],
        "id of the network of the pre-created port": network,
    }
    nets = {
        "id of the subnet of the pre-created port": subnet,
        "id of the original subnet id": subnet,
        "id of the target subnet id": subnet,
    }
    nets |= {"id of the original network id": network, "id of the target network id": network}
    body = filled(sample("restore_selective_request_template"), {**names, **places, **ids, **ends, **nets})
    body["restore"]["options"]["openstack"]["restore_topology"] = False
    response = api.call("POST", f"/snapshots/{sample('restore_show')['restore']['snapshot_id']}", body, project=PROJECT)
    assert response.status_code == 202, response.text
    api.step(600)
    shown = api.get(f"/restores/{json.loads(response.data)['restore']['id']}", project=PROJECT)["restore"]
    assert (shown["status"], [one["name"] for one in shown["instances"]]) == ("available", ["copy"])
    (nic,) = api.admin("GET", f"instances/{shown['instances'][0]['id']}")["nics"]
    assert (nic["mac_address"], nic["ip_address"], nic["network"]) == (
        port["mac_address"],
        "10.0.0.9",
        {"subnet": {"id": subnet}, "id": network},
    )


def test_inplace_template() -> None:
    instances = originals()
    server, disk = instances[0]["id"], instances[0]["vdisks"][0]["volume_id"]
    api = captured(sample("restore_inplace_response")["restore"]["snapshot_id"], instances)
    values = {"restore-name": "r", "restore-description": "d", "boolean": True, "id of the volume to restore": disk}
    body = filled(
        sample("restore_inplace_request_template"), {**values, "id of the instance the volumes are attached to": server}
    )
    response = api.call(
        "POST", f"/snapshots/{sample('restore_inplace_response')['restore']['snapshot_id']}", body, project=PROJECT
    )
    assert response.status_code == 202, response.text
    api.step(600)
    shown = api.get(f"/restores/{json.loads(response.data)['restore']['id']}", project=PROJECT)["restore"]
    assert (shown["status"], [one["id"] for one in shown["instances"]]) == ("available", [server])
