# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection writes the same text to servers in every release, byte for byte.

A restore carries the marker `[openprotect:INTENT:KEY]` at the end of its description. INTENT is a digest of the task
as it is written: 8 hexadecimal digits. KEY is the `request_key`, or a digest of INTENT, workload and snapshot: 12
hexadecimal digits. The next run finds the restore by this marker. The literal values below must never change:
otherwise the next run of an unchanged playbook restores a second time. An option that is added later enters a digest
only when it is given. Add rows for it, and do not change the rows that are here.

The metadata key of an owner must not change either: a release that looks for another key does not find the workloads
that are there. The same holds for the key of a recovery test, which `tests/repository/test_roles.py` checks.

The tests run the modules and compare the requests. They import nothing from `module_utils`.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests_mock
from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import CINDER, NEUTRON, NOVA, QUICK, WORKLOADMGR, Exchange, sample

WORKLOAD = "18b809de-d7c8-41e2-867d-4a306407fb11"
OLDER = "1ff16412-a0cd-4e6a-9b4a-b5d4440fffc4"
SNAPSHOT = "2e56d167-bad7-43c7-8ede-a613c3fe7844"
RESTORE = "29fdc1f8-1d53-4a10-bb45-e539a64cdbfc"
CIRROS_1, CIRROS_2 = "e33c1eea-c533-4945-864d-0da1fc002070", "67d6a100-fee6-4aa5-83a1-66b070d2eabe"
CIRROS_3, CIRROS_4 = "7c1bb5d2-aa5a-44f7-abcd-2d76b819b4c8", "08dab61c-6efd-44d3-a9ed-8e789d338c1b"
DATA_1 = "365ad75b-ca76-46cb-8eea-435535fd2e22"
DATA_3, DATA_4 = "f6b3fef6-4b0e-487e-84b5-47a14da716ca", "53204f34-019d-4ba8-ada1-e6ab7b8e5b43"
INTERNAL, INTERNAL_SUBNET = "5fb7027d-a2ac-4a21-9ee1-438c281d2b26", "b7b54304-aa82-4d50-91e6-66445ab56db4"
QUARANTINE, QUARANTINE_SUBNET = "c2d0f0d3-5b1f-4f43-8f5e-1c2b5a0b7d11", "0d5f2a60-3f1c-4f2e-9c38-2a2f3c8a9e55"

SELECTIVE_FILE = sample("restore_selective_request")["restore"]["options"]
INPLACE_FILE = sample("restore_inplace_request")["restore"]["options"]
LATEST: dict[str, Any] = {"workload": "API", "latest": True}
BY_NAME: dict[str, Any] = {"workload": "API", "snapshot": "API taken 2"}
BY_ID: dict[str, Any] = {"workload": WORKLOAD, "snapshot": SNAPSHOT}

ONECLICK: dict[str, tuple[dict[str, Any], str]] = {
    "the latest": (LATEST, "[openprotect:86d75bff:68fc97e8500b]"),
    "the latest, workload by id": ({"workload": WORKLOAD, "latest": True}, "[openprotect:86d75bff:68fc97e8500b]"),
    "the latest at a time": ({"workload": "API", "at": "2020-11-04T13:58:36"}, "[openprotect:54dd41b2:2168ed63d19e]"),
    "the latest at a time of a zone": (
        {"workload": "API", "at": "2020-11-04T15:00:00+01:00"},
        "[openprotect:67e7d6c9:c2f86f9a7509]",
    ),
    "snapshot by name": (BY_NAME, "[openprotect:ac98c4aa:a06f2c89c849]"),
    "snapshot by id": (BY_ID, "[openprotect:caa5e5bd:08a53172029c]"),
    "snapshot by id alone": ({"snapshot": SNAPSHOT}, "[openprotect:caa5e5bd:08a53172029c]"),
    "a key of the user": ({**LATEST, "request_key": "ticket-4711"}, "[openprotect:86d75bff:ticket-4711]"),
    "name and description": (
        {**LATEST, "name": "API again", "description": "before the upgrade"},
        "before the upgrade [openprotect:86d75bff:68fc97e8500b]",
    ),
    "a file": (
        {
            **LATEST,
            "restore_file": {**SELECTIVE_FILE, "restore_type": "oneclick", "oneclickrestore": True, "openstack": {}},
        },
        "[openprotect:a9cc5634:11f3780ec69c]",
    ),
}
SELECTIVE: dict[str, tuple[dict[str, Any], str]] = {
    "all servers": (LATEST, "[openprotect:5b921f52:d15c273252e8]"),
    "a server by name": (
        {**LATEST, "instances": [{"name": "cirros-1", "new_name": "copy"}]},
        "[openprotect:6d201278:53c5b8cd78bc]",
    ),
    "servers by id": (
        {**LATEST, "instances": [{"id": CIRROS_1}, {"id": CIRROS_2, "include": False}]},
        "[openprotect:5b80de35:d35a9fe19b72]",
    ),
    "flavor and zone": (
        {**BY_NAME, "instances": [{"name": "cirros-2", "flavor": "m1.small", "availability_zone": "az2"}]},
        "[openprotect:951f9dc6:c9f604f35c71]",
    ),
    "volumes and boot disk": (
        {
            **LATEST,
            "instances": [
                {
                    "name": "cirros-1",
                    "volumes": [{"name": "data", "volume_type": "ssd", "availability_zone": "az3"}],
                    "restore_boot_disk": True,
                }
            ],
        },
        "[openprotect:0507d344:225aa15d6674]",
    ),
    "a volume by id": (
        {**LATEST, "instances": [{"name": "cirros-1", "volumes": [{"id": DATA_1, "volume_type": "ssd"}]}]},
        "[openprotect:2e78ab67:a5ca5c4f5f2d]",
    ),
    "NICs": (
        {
            **BY_ID,
            "instances": [
                {
                    "name": "cirros-2",
                    "nics": [
                        {
                            "network": "quarantine",
                            "subnet": "quarantine-sub",
                            "ip_address": "10.9.0.7",
                            "mac_address": "fa:16:3e:00:00:77",
                        }
                    ],
                },
                {"name": "cirros-1", "nics": [{"port": "kept-address"}]},
            ],
        },
        "[openprotect:570a981a:c7c969edc66b]",
    ),
    "all into one network": ({**LATEST, "networks": [{"to": "quarantine"}]}, "[openprotect:2fd30e14:093111d346e9]"),
    "addresses kept": (
        {**LATEST, "instances": [{"name": "cirros-2"}], "keep_addresses": True},
        "[openprotect:bda1eb9d:f6bc7a4c611a]",
    ),
    "addresses not kept, and duplicates allowed": (
        {**LATEST, "keep_addresses": False, "allow_duplicate_names": True},
        "[openprotect:5b921f52:d15c273252e8]",
    ),
    "networks by name": (
        {
            **LATEST,
            "networks": [
                {
                    "from": "internal",
                    "from_subnet": "internal-sub",
                    "to": "quarantine",
                    "to_subnet": "quarantine-sub",
                }
            ],
        },
        "[openprotect:d5a26420:1827b3c13f3c]",
    ),
    "networks by id": (
        {
            **LATEST,
            "networks": [
                {
                    "from": INTERNAL,
                    "from_subnet": INTERNAL_SUBNET,
                    "to": QUARANTINE,
                    "to_subnet": QUARANTINE_SUBNET,
                }
            ],
        },
        "[openprotect:5d589062:7e43625bb540]",
    ),
    "the topology": ({**LATEST, "restore_topology": True}, "[openprotect:2e2e808c:4ce86f3d88eb]"),
    "a file": ({**LATEST, "restore_file": SELECTIVE_FILE}, "[openprotect:9af170c9:8cc0206f3e24]"),
    "a recovery test": (
        {
            **BY_ID,
            "name": "Recovery test of API",
            "request_key": "rtest-0a1b2c",
            "instances": [
                {"id": CIRROS_1, "new_name": "rtest-cirros-1"},
                {"id": CIRROS_2, "new_name": "rtest-cirros-2"},
            ],
            "networks": [{"to": "quarantine", "to_subnet": "quarantine-sub"}],
        },
        "[openprotect:ce843071:rtest-0a1b2c]",
    ),
}
INPLACE: dict[str, tuple[dict[str, Any], str]] = {
    "servers by name": (
        {
            **LATEST,
            "instances": [{"name": "cirros-3"}, {"name": "cirros-4", "include": True}],
            "confirm_overwrite": ["cirros-3", "cirros-4"],
        },
        "[openprotect:e08f87ef:0da1a5dd1abf]",
    ),
    "a server by id": (
        {**BY_ID, "instances": [{"id": CIRROS_3, "include": False}, {"id": CIRROS_4}], "confirm_overwrite": "cirros-4"},
        "[openprotect:8968ff92:d06dbdf687da]",
    ),
    "a volume without the boot disk": (
        {
            **LATEST,
            "instances": [
                {
                    "id": CIRROS_4,
                    "restore_boot_disk": False,
                    "volumes": [{"id": DATA_4, "volume_type": "ssd", "restore": True}],
                }
            ],
            "confirm_overwrite": "cirros-4",
        },
        "[openprotect:fc25adfc:92d6f5850817]",
    ),
    "a boot disk without the volume": (
        {
            **BY_NAME,
            "instances": [{"name": "cirros-4", "volumes": [{"name": "data", "restore": False}]}],
            "confirm_overwrite": CIRROS_4,
        },
        "[openprotect:300efbc0:b9ad6e1744f9]",
    ),
    "a file": (
        {**LATEST, "restore_file": INPLACE_FILE, "confirm_overwrite": "cirros-3,cirros-4"},
        "[openprotect:f533e3fa:b22d12f9bd31]",
    ),
}

TASKS = [
    pytest.param({"type": kind, **task}, description, id=f"{kind}: {title}")
    for kind, tasks in (("oneclick", ONECLICK), ("selective", SELECTIVE), ("inplace", INPLACE))
    for title, (task, description) in tasks.items()
]


class Site:
    """A server and a cloud that answer GET requests in any number and order.

    :param mock: Takes the place of the network.
    :ivar restores: The restores that the server has.
    """

    def __init__(self, mock: requests_mock.Mocker) -> None:
        self.mock = mock
        self.exchange = Exchange(mock, workloads.FOUR["project_id"])
        self.exchange.services.update({"network": NEUTRON.removesuffix("/v2.0"), "block-storage": CINDER})
        self.restores: list[dict[str, Any]] = []

    def restore(self, folder: Path, options: dict[str, Any]) -> dict[str, Any]:
        """Run `restore` against the site, and return its result.

        :param folder: Where the content of `restore_file` is written to.
        """
        self._answer_for(options["type"] == "inplace")
        if "restore_file" in options:
            (folder / "restore.json").write_text(json.dumps(options["restore_file"]), encoding="utf-8")
            options = {**options, "restore_file": str(folder / "restore.json")}
        return self.exchange.run("restore", wait=False, **options)

    def sent(self) -> list[dict[str, Any]]:
        """Return the bodies of all requests that start a restore."""
        posts = [request for request in self.mock.request_history if request.method == "POST"]
        return [request.json()["restore"] for request in posts if "/snapshots/" in request.path]

    def _answer_for(self, in_place: bool) -> None:
        """Register all answers.

        :param in_place: Whether the servers of the snapshot exist in Nova.
        """
        listed = [
            snapshots.row(OLDER, name="snapshot", created_at="2020-11-02T14:03:18.000000"),
            snapshots.row(SNAPSHOT),
        ]
        workload = {**workloads.FOUR, "id": WORKLOAD, "name": "API"}
        three, four = snapshots.volume(CIRROS_3, DATA_3), snapshots.volume(CIRROS_4, DATA_4)
        held = (
            (snapshots.server(CIRROS_3, "cirros-3", three), snapshots.server(CIRROS_4, "cirros-4", four))
            if in_place
            else ()
        )
        there = [{"id": CIRROS_3, "name": "cirros-3"}, {"id": CIRROS_4, "name": "cirros-4"}]
        for url, path, wrapper, rows in cloud.LISTS.values():
            self.mock.get(url + path, json={wrapper: rows})
        for (url, path), answer in cloud.SITE.items():
            self.mock.get(url + path, json=answer)
        there = there if in_place else []
        restored = [each for restore in self.restores for each in restore["instances"]]
        self.mock.get(f"{NOVA}/servers", json={"servers": [*there, *restored]})
        for server_id, volume_id in ((CIRROS_3, DATA_3), (CIRROS_4, DATA_4)):
            shown = {"id": server_id, "os-extended-volumes:volumes_attached": [{"id": volume_id}]}
            self.mock.get(f"{NOVA}/servers/{server_id}", json={"server": shown})
        self._answer("/workloads", {"workloads": [workloads.summary(workload)]})
        self._answer(f"/workloads/{WORKLOAD}", {"workload": workload})
        self._answer("/snapshots", {"snapshots": listed})
        self._answer("/restores/detail", {"restores": [restores.listed(each) for each in self.restores]})
        for each in listed:
            path = f"/snapshots/{each['id']}"
            self._answer(path, {"snapshot": snapshots.shown(*held, **each)})
            self.mock.post(f"{WORKLOADMGR}/{workloads.FOUR['project_id']}{path}", status_code=202, json=self._start)
        for restore in self.restores:
            self._answer(f"/restores/{restore['id']}", {"restore": restore})

    def _answer(self, path: str, body: dict[str, Any]) -> None:
        self.mock.get(f"{WORKLOADMGR}/{workloads.FOUR['project_id']}{path}", json=body)

    def _start(self, request: Any, _context: Any) -> dict[str, Any]:
        """Start a restore: return how it is shown, and show it from now on."""
        running = restores.started(request.json()["restore"], id=RESTORE, snapshot_id=request.path.rpartition("/")[2])
        self._answer(f"/restores/{RESTORE}", {"restore": running})
        return {"restore": running}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.delenv("OPENPROTECT_SERVER_LINE", raising=False)
    with requests_mock.Mocker() as mock:
        yield Site(mock)


@pytest.mark.parametrize(("task", "description"), TASKS)
def test_the_marker_of_a_restore(site: Site, tmp_path: Path, task: dict[str, Any], description: str) -> None:
    """The marker must never change: otherwise the next run of an unchanged playbook restores a second time.

    An option that is added later enters the digest only when it is given.
    """
    assert site.restore(tmp_path, copy.deepcopy(task))["changed"]
    assert [body["description"] for body in site.sent()] == [description]


@pytest.mark.parametrize(("task", "description"), TASKS)
def test_a_restore_of_an_earlier_release_satisfies(
    site: Site, tmp_path: Path, task: dict[str, Any], description: str
) -> None:
    """The task finds the restore that an earlier release started, and does not restore a second time."""
    snapshot_id = OLDER if task.get("at") == "2020-11-04T13:58:36" else SNAPSHOT
    body = {"name": "by an earlier release", "description": description, "options": {"restore_type": task["type"]}}
    site.restores.append(restores.ended(restores.started(body, id=RESTORE, snapshot_id=snapshot_id)))
    result = site.restore(tmp_path, copy.deepcopy(task))
    assert (result["changed"], result["id"], site.sent()) == (False, RESTORE, [])


# ---- the owner of a workload ---------------------------------------------------------------------

WORKLOAD_6 = sample("workload_show_6x")["workload"]
OWNED: dict[str, Any] = {"workloads": [{"name": "web", "instances": ["web-1"]}], "owner": "shop", "server_line": "6"}
WEB_1 = "14309d25-23dd-47da-bf60-febc8c25b636"


def test_a_new_workload_is_given_the_metadata_key_of_its_owner(exchange: Exchange) -> None:
    """With another key, no workload that is marked today would have an owner, and `prune` would pass over it."""
    body = {
        "name": "web",
        "description": "",
        "source_platform": "openstack",
        "instances": [{"instance-id": WEB_1}],
        "jobschedule": {"enabled": False, "manual": {"retention": 30}},
        "metadata": {"openprotect_owner": "shop"},
    }
    made = {
        **WORKLOAD_6,
        "name": "web",
        "status": "available",
        "instances": [{"id": WEB_1, "name": "web-1"}],
        "jobschedule": {"enabled": False, "manual": {"retention": "30"}, "global_jobscheduler": True},
        "metadata": {"openprotect_owner": "shop"},
    }
    exchange.get("/workloads", {"workloads": []})
    exchange.servers(**{"web-1": WEB_1})
    exchange.get(f"/workload_policy/assigned/{exchange.project_id}", {"policies": []})
    exchange.post("/workloads", {"workload": body}, {"workload": workloads.summary(made)})
    exchange.get(f"/workloads/{made['id']}", {"workload": made})
    assert exchange.run("workloads", **OWNED, **QUICK)["changed"]


def test_a_workload_that_is_adopted_is_given_the_metadata_key_of_its_owner(exchange: Exchange) -> None:
    there = {**WORKLOAD_6, "name": "web", "status": "available", "metadata": {"team": "a"}}
    marked = {**there, "metadata": {"team": "a", "openprotect_owner": "shop"}}
    exchange.get("/workloads", {"workloads": [workloads.summary(there)]})
    exchange.get(f"/workloads/{there['id']}", {"workload": there})
    sent = {"workload": {"metadata": {"team": "a", "openprotect_owner": "shop"}}}
    exchange.put(f"/workloads/{there['id']}", sent)
    exchange.get(f"/workloads/{there['id']}", {"workload": marked})
    assert exchange.run("workloads", workloads=[{"name": "web"}], owner="shop", **QUICK)["changed"]
