# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Properties of restores: the request and the plan have each server, disk and NIC once, for any snapshot and task."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
import requests_mock
from hypothesis import given
from hypothesis import strategies as st
from support.exchange import snapshots
from support.exchange.cloud import PROJECT_4, SMALL, TINY
from support.exchange.recording import AUTH, CINDER, NEUTRON, NOVA, OTHER_PROJECT, Exchange

from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.context import Context
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.lookup import Lookup
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore import identity
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore.cloud import Cloud as CloudObjects
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore.options import (
    DesiredRestore,
    check_plan,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore.overwriting import require_confirmation
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore.plan_view import describe_plan
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore.request import restore_options

NAMES = st.sampled_from(["web", "db", "data"])
"""So few names that servers, volumes and networks often share one."""


def identifier(number: int) -> str:
    """Return an id."""
    return f"00000000-0000-4000-8000-{number:012d}"


@dataclass
class Cloud:
    """The lists of the services in one example."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    context: Context | None = None

    def opened(self, rows: dict[str, list[dict[str, Any]]], check_mode: bool = True) -> Context:
        """Return the context of a new task in a cloud that lists this."""
        assert self.context is not None
        self.rows = rows
        self.context.check_mode = check_mode
        self.context.lookup = Lookup(self.context.lookup.api, self.context.service, check_mode, self.context.warn)
        return self.context


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """Return a cloud in which one login serves all examples."""
    found = Cloud()
    with requests_mock.Mocker() as mock:
        exchange = Exchange(mock, PROJECT_4)
        exchange.services.update({"network": NEUTRON.removesuffix("/v2.0"), "block-storage": CINDER})
        lists = ((NOVA, "servers", "servers"), (NOVA, "flavors/detail", "flavors"), (CINDER, "types", "volume_types"))
        for url, path, wrapper in (*lists, *((NEUTRON, kind, kind) for kind in ("networks", "subnets", "ports"))):
            mock.get(f"{url}/{path}", json=lambda *_call, wrapper=wrapper: {wrapper: found.rows[wrapper]})
        mock.get(re.compile(f"{NOVA}/servers/"), json=lambda call, _answer: {"server": {"id": call.path[-36:]}})
        found.context = Context(auth_login.connect({"auth": AUTH}), {}, check_mode=True)
        yield found


# ---- any snapshot, and a cloud that can take it --------------------------------------------------


@dataclass
class Example:
    """A snapshot, its cloud, and the options of a task."""

    snapshot: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]
    options: dict[str, Any]


class Site:
    """A cloud that is drawn step by step, with the networks that a snapshot remembers.

    :param draw: Draws a value.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.numbers = iter(range(1, 1000))
        self.rows: dict[str, list[dict[str, Any]]] = {
            "networks": [],
            "subnets": [],
            "ports": [],
            "flavors": [SMALL, TINY],
            "servers": [],
            "volume_types": [{"id": self.new_id(), "name": name} for name in ("iscsi", "ssd")],
        }

    def new_id(self) -> str:
        """Return an id that nothing has."""
        return identifier(next(self.numbers))

    def network(self, name: str, subnets: int, project: str = PROJECT_4) -> list[dict[str, Any]]:
        """Add a network, and return it once for each subnet, as a snapshot holds it."""
        row = {"id": self.new_id(), "name": name, "project_id": project, "shared": False}
        self.rows["networks"].append(row)
        found = []
        for _subnet in range(subnets):
            number = len(self.rows["subnets"])
            subnet = {
                "id": self.new_id(),
                "name": self.draw(NAMES),
                "cidr": f"10.0.{number}.0/24",
                "gateway_ip": f"10.0.{number}.1",
            }
            self.rows["subnets"].append({**subnet, "network_id": row["id"], "project_id": project})
            found.append({"id": row["id"], "name": name, "subnet": subnet})
        return found

    def networks(self) -> list[dict[str, Any]]:
        """Add some networks, each with a namesake in another project, and return them as a snapshot holds them."""
        found: list[dict[str, Any]] = []
        for _network in range(self.draw(st.integers(1, 3))):
            name, subnets = self.draw(NAMES), self.draw(st.integers(1, 3))
            self.network(name, 1, OTHER_PROJECT)
            places = self.network(name, subnets)
            found += places
            if subnets == 1 and self.draw(st.booleans()):
                found.append({**places[0], "subnet": None})  # a port without an address
        return found

    def server(self, networks: list[dict[str, Any]]) -> dict[str, Any]:
        """Return a server as a snapshot holds it.

        :param networks: Networks for its NICs.
        """
        draw, server_id = self.draw, self.new_id()
        volume_types = st.sampled_from(["iscsi", "ssd", None])
        disks = [
            snapshots.volume(server_id, self.new_id(), volume_name=draw(NAMES), volume_type=draw(volume_types))
            for _disk in range(draw(st.integers(0, 3)))
        ]
        nics = [
            {
                **snapshots.nic(network=draw(st.sampled_from(networks))),
                "mac_address": f"fa:16:3e:00:00:{next(self.numbers):02x}",
            }
            for _nic in range(draw(st.integers(0, 4)))
        ]
        item = snapshots.server(server_id, draw(NAMES), *disks, nics=nics)
        if draw(st.booleans()) and disks:
            item["vdisks"] = item["vdisks"][1:]  # it boots from a volume
            item["vdisks"][0]["volume_mountpoint"] = "/dev/vda"
        return item


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Return any snapshot, with its cloud and the options of a task."""
    site = Site(draw)
    networks = site.networks()
    target = site.network("quarantine", 1)[0]
    servers = [site.server(networks) for _server in range(draw(st.integers(1, 4)))]
    kind = draw(st.sampled_from(["selective", "inplace", "oneclick"]))
    options: dict[str, Any] = {"type": kind, "instances": None, "networks": None, "restore_topology": False}
    if kind == "inplace" or (kind == "selective" and draw(st.booleans())):
        asked = [draw(entries(kind, item, site.rows, site.new_id)) for item in servers]
        options["instances"] = draw(st.permutations(asked))
        if not any(entry["include"] for entry in options["instances"]):
            options["instances"][0]["include"] = True
    if kind == "selective":
        own_nics = any(entry["nics"] is not None for entry in options["instances"] or [])
        options["restore_topology"] = not own_nics and draw(st.sampled_from([False, False, False, True]))
        if not options["restore_topology"]:
            options["networks"] = draw(moves(servers, options["instances"], target)) or None
    return Example(snapshots.shown(*servers), site.rows, options)


@st.composite
def moves(
    draw: st.DrawFn, servers: list[dict[str, Any]], asked: list[dict[str, Any]] | None, target: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return entries of `networks`: for some of the networks of the NICs, and maybe one for the others."""
    included = {entry["id"] for entry in asked or [] if entry["include"]} if asked else {item["id"] for item in servers}
    places = {
        (one["network"]["id"], (one["network"]["subnet"] or {}).get("id"))
        for item in servers
        if item["id"] in included
        for one in item["nics"]
    }
    to = {"to": target["name"], "to_subnet": draw(st.sampled_from([None, target["subnet"]["id"]]))}
    found = [
        {"from": network, "from_subnet": subnet, **to}
        for network, subnet in sorted(places, key=str)
        if draw(st.booleans())
    ]
    rest = [{"from": None, "from_subnet": None, **to}] if draw(st.booleans()) else []
    return list(draw(st.permutations([*found, *rest])))


@st.composite
def entries(
    draw: st.DrawFn, kind: str, item: dict[str, Any], rows: dict[str, list[dict[str, Any]]], new_id: Any
) -> dict[str, Any]:
    """Return the options of a task for one server."""
    entry: dict[str, Any] = {
        "id": item["id"],
        "name": None,
        "include": draw(st.sampled_from([True, True, False])),
        "volumes": None,
        "nics": None,
    }
    with_id = [disk for disk in item["vdisks"] if disk.get("volume_id")]
    asked = [disk for disk in with_id if draw(st.booleans())]
    if len(asked) == len(item["vdisks"]):
        asked = asked[1:]  # at least one disk is restored
    kept = {"restore": True} if kind == "selective" else {"restore": draw(st.booleans())}
    entry["volumes"] = [
        {"id": disk["volume_id"], "name": None, "volume_type": draw(st.sampled_from([None, "ssd"])), **kept}
        for disk in asked
    ]
    if kind != "selective":
        left = {one["id"] for one in entry["volumes"] if not one["restore"]}
        return {
            **entry,
            "restore_boot_disk": draw(st.sampled_from([None, item["vdisks"][0].get("volume_id") not in left])),
        }
    entry["new_name"] = draw(st.one_of(st.none(), st.sampled_from(["copy", "web"])))
    if draw(st.booleans()):
        return entry
    entry["nics"] = [{"network": "quarantine"}] * draw(st.integers(1, 3))
    for number in range(len(item["nics"])):
        if number < len(entry["nics"]) and draw(st.booleans()):
            entry["nics"][number] = {"ip_address": None}  # where the old one was, or where 'networks' puts it
    if draw(st.booleans()):
        place = {"subnet_id": rows["subnets"][-1]["id"], "ip_address": f"10.0.9.{len(rows['ports']) + 9}"}
        port = {
            "id": new_id(),
            "name": "kept",
            "project_id": PROJECT_4,
            "network_id": rows["networks"][-1]["id"],
            "device_id": "",
            "fixed_ips": [place],
        }
        rows["ports"].append(port)
        entry["nics"].append({"port": port["id"]})
    return entry


@given(example=examples())
def test_each_server_disk_and_nic_is_in_the_request_and_in_the_plan_once(cloud: Cloud, example: Example) -> None:
    check_plan(example.options)
    objects = CloudObjects(cloud.opened(example.rows))
    sent = restore_options(objects, DesiredRestore(example.options), example.snapshot)
    plan = describe_plan(objects.names(), sent, example.snapshot, {})
    items = example.snapshot["instances"]
    assert [each["id"] for each in plan["instances"]] == [item["id"] for item in items]
    planned = {each["id"]: each for each in plan["instances"]}
    for item in items:
        hold_server(item, planned[item["id"]])
    if example.options["type"] == "oneclick":
        assert sent["openstack"] == {}
        for each in plan["instances"]:
            hold_whole_server(each)
        return
    asked = {
        entry["id"]: entry
        for entry in example.options["instances"] or [{"id": item["id"], "include": True} for item in items]
    }
    built = {entry["id"]: entry for entry in sent["openstack"]["instances"]}
    assert [entry["id"] for entry in sent["openstack"]["instances"]] == [item["id"] for item in items]
    for item in items:
        hold_options(item, planned[item["id"]], built[item["id"]], asked[item["id"]])
    if example.options["type"] == "selective":
        hold_mapping(example, sent, built)
        hold_nics(example, sent, planned, built)


def hold_server(item: dict[str, Any], each: dict[str, Any]) -> None:
    """Compare the disks and NICs of a server in the plan with those in the snapshot."""
    assert [disk["resource_id"] for disk in each["disks"]] == [disk["resource_id"] for disk in item["vdisks"]]
    had = [one for one in each["nics"] if one["network"] is not None]
    assert [one["mac_address"] for one in had] == [one["mac_address"] for one in item["nics"]]
    assert [one["network"]["id"] for one in had] == [one["network"]["id"] for one in item["nics"]]


def hold_whole_server(each: dict[str, Any]) -> None:
    """Assert that the plan restores a server with all its disks and NICs."""
    assert each["include"]
    assert all(disk["restore"] for disk in each["disks"])
    assert all(one["to"] for one in each["nics"])


def hold_options(item: dict[str, Any], each: dict[str, Any], entry: dict[str, Any], declared: dict[str, Any]) -> None:
    """Compare one server in the request and in the plan with the options of the task."""
    assert each["include"] is entry["include"] is declared["include"]
    if not each["include"]:
        assert entry == {"include": False, "id": item["id"]}
        assert not any(disk["restore"] for disk in each["disks"])
        assert not any(one["to"] for one in each["nics"])
        return
    assert [disk["id"] for disk in entry["vdisks"]] == [
        disk["volume_id"] for disk in item["vdisks"] if disk.get("volume_id")
    ]
    volumes = declared.get("volumes") or []
    left = {one["id"] for one in volumes if not one["restore"]}
    assert {disk["id"] for disk in each["disks"] if not disk["restore"]} == left
    types = {one["id"]: one["volume_type"] for one in volumes if one["volume_type"]}
    assert {disk["id"]: disk["volume_type"] for disk in each["disks"] if disk["id"] in types} == types
    assert each["new_name"] == (declared.get("new_name") or item["name"])


def place(nic: dict[str, Any]) -> tuple[str, str | None]:
    """Return the ids of the network and of the subnet of a NIC in a snapshot."""
    return nic["network"]["id"], (nic["network"]["subnet"] or {}).get("id")


def by_source(sent: dict[str, Any]) -> list[tuple[tuple[str, str | None], dict[str, Any]]]:
    """Return the target of each mapping, after the network and subnet in the snapshot."""
    return [
        ((each["snapshot_network"]["id"], each["snapshot_network"]["subnet"]["id"]), each["target_network"])
        for each in sent["openstack"]["networks_mapping"]["networks"]
    ]


def hold_mapping(example: Example, sent: dict[str, Any], built: dict[str, dict[str, Any]]) -> None:
    """Assert that a selective restore maps each network that it needs once, to networks of its project."""
    needed = {
        place(nic)
        for item in example.snapshot["instances"]
        for nic in item["nics"]
        if built[item["id"]]["include"] and not built[item["id"]]["nics"]
    }
    sources = Counter(source for source, _target in by_source(sent))
    assert sources == Counter({} if example.options["restore_topology"] else needed)
    mine = {row["id"] for row in example.rows["networks"] if row["project_id"] == PROJECT_4}
    subnets = {row["id"]: row["network_id"] for row in example.rows["subnets"]}
    targets = [target for _source, target in by_source(sent)]
    targets += [nic["network"] for entry in built.values() for nic in entry.get("nics", [])]
    assert {each["id"] for each in targets} <= mine
    assert all(subnets[each["subnet"]["id"]] == each["id"] for each in targets)


def hold_nics(
    example: Example, sent: dict[str, Any], planned: dict[str, Any], built: dict[str, dict[str, Any]]
) -> None:
    """Compare the NICs of a selective restore in the plan with those in the request."""
    targets = dict(by_source(sent))
    for item in example.snapshot["instances"]:
        each = planned[item["id"]]
        given_nics = built[item["id"]].get("nics")
        shown = [one["to"] for one in each["nics"]]
        if given_nics:
            assert [to["network"]["id"] for to in shown if to] == [one["network"]["id"] for one in given_nics]
            assert [to["port"] for to in shown if to] == [one.get("id") for one in given_nics]
        elif each["include"] and not example.options["restore_topology"]:
            places = [targets[place(nic)] for nic in item["nics"]]
            assert [(to["network"]["id"], to["network"]["name"], to["subnet"]["id"]) for to in shown] == [
                (to["id"], to["name"], to["subnet"]["id"]) for to in places
            ]


def test_a_plan_has_names_only_of_what_its_request_looked_up(cloud: Cloud) -> None:
    snapshot = snapshots.shown()
    network = snapshot["instances"][0]["nics"][0]["network"]
    rows = {
        "networks": [{"id": network["id"], "name": "renamed", "project_id": PROJECT_4}],
        "subnets": [{**network["subnet"], "name": "renamed", "network_id": network["id"]}],
        "flavors": [TINY],
        "volume_types": [{"id": identifier(1), "name": "iscsi"}],
    }
    context = cloud.opened(rows)
    found = {}
    for kind in ("selective", "oneclick"):  # the second finds the lists of the first in the task
        objects = CloudObjects(context)
        sent = restore_options(objects, DesiredRestore({"type": kind}), snapshot)
        server_plan = describe_plan(objects.names(), sent, snapshot, {})["instances"][0]
        found[kind] = (server_plan["flavor"]["name"], server_plan["nics"][0]["to"]["subnet"]["name"])
    assert found == {"selective": ("m1.tiny", "renamed"), "oneclick": (None, None)}


# ---- confirmation --------------------------------------------------------------------------------

UGLY_NAMES = st.one_of(
    NAMES,
    st.sampled_from(["", " ", "a,b", " web", "web ", ",", identifier(1), identifier(2).upper()]),
    st.text(max_size=4),
)


@given(names=st.lists(UGLY_NAMES, min_size=1, max_size=5), dice=st.randoms(use_true_random=False))
def test_what_a_plan_wants_confirmed_means_exactly_the_servers_that_are_overwritten(
    cloud: Cloud, names: list[str], dice: Random
) -> None:
    rows = [{"id": identifier(number), "name": name} for number, name in enumerate(names)]
    included = dice.sample(rows, dice.randint(1, len(rows)))
    sent = {"openstack": {"instances": [{"id": row["id"], "include": row in included, "vdisks": []} for row in rows]}}
    source = {"instances": [{"id": row["id"], "name": "then"} for row in rows]}
    wanted = require_confirmation(cloud.opened({"servers": rows}), [], sent, source).confirmation
    assert len(wanted) == len(included)
    for confirmed in (wanted, ",".join(wanted).split(",")):
        context = cloud.opened({"servers": rows}, check_mode=False)
        assert require_confirmation(context, confirmed, sent, source).confirmation == wanted


# ---- marks ---------------------------------------------------------------------------------------

INTENTS = st.text("0123456789abcdef", min_size=8, max_size=8)
KEYS = st.from_regex(identity.KEY, fullmatch=True)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["-", " ", "a  ", "two\nlines\n", "[openprotect:", "[openprotect:00000000:k]", "x [openprotect:00000000:k] "]
    ),
)


@given(text=TEXTS, intent=INTENTS, key=KEYS)
def test_a_marker_is_read_as_it_was_written_behind_any_text(text: str, intent: str, key: str) -> None:
    assert identity.Marker.read(identity.Marker(text, intent, key).description()) == (text, intent, key)


@given(text=st.one_of(st.none(), st.text(max_size=60)))
def test_a_text_without_a_marker_is_left_alone(text: str | None) -> None:
    assert identity.Marker.read(text) == ("" if text in (None, "-") else text, None, None)


@given(intent=INTENTS, key=KEYS, cut=st.integers(1, 30))
def test_half_a_marker_is_none(intent: str, key: str, cut: int) -> None:
    whole = identity.Marker("text", intent, key).description()
    found = identity.Marker.read(whole[:-cut])
    assert (found.intent, found.key) == (None, None)


LEAVES = st.one_of(st.booleans(), st.integers(0, 3), st.text("ab1", max_size=2))
DOCUMENTS = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner)),
)


def shuffled(value: Any, dice: Random) -> Any:
    """Return a document with its keys in another order and with further keys without a value."""
    if isinstance(value, dict):
        found = [(key, shuffled(each, dice)) for key, each in value.items()] + [
            (key, None) for key in "xy" if dice.random() < 0.3
        ]
        return dict(dice.sample(found, len(found)))
    return [shuffled(each, dice) for each in value] if isinstance(value, list) else value


@given(one=DOCUMENTS, other=DOCUMENTS, dice=st.randoms(use_true_random=False))
def test_an_intent_is_the_same_for_what_is_written_alike_and_for_nothing_else(
    one: Any, other: Any, dice: Random
) -> None:
    def intent(plan: Any) -> str:
        return identity.intent("selective", "w", {"latest": True}, plan)

    assert intent(one) == intent(shuffled(one, dice))
    assert (intent(one) == intent(other)) is (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))


def test_type_workload_source_and_snapshot_make_other_restores() -> None:
    latest, web = {"latest": True}, {"instances": [{"name": "web"}]}
    intents = [
        identity.intent("selective", "w", latest, web),
        identity.intent("inplace", "w", latest, web),
        identity.intent("selective", "v", latest, web),
        identity.intent("selective", "w", {"snapshot": "s"}, web),
        identity.intent("selective", "w", latest, {"instances": [{"name": "db"}]}),
    ]
    assert len(set(intents)) == len(intents)
    keys = [
        identity.key(*each)
        for each in (("00000000", "w", "s"), ("00000001", "w", "s"), ("00000000", "v", "s"), ("00000000", "w", "t"))
    ]
    assert len(set(keys)) == len(keys)
    assert all(identity.KEY.fullmatch(key) for key in keys)


def test_markers_are_those_of_earlier_versions() -> None:
    plan = {"instances": [{"name": "web", "include": True, "new_name": None}], "networks": None, "file": None}
    intent = identity.intent("selective", identifier(1), {"latest": True}, plan)
    assert (intent, identity.key(intent, identifier(1), identifier(2))) == ("8ca6a382", "f53b303288a0")


# ---- the same request ----------------------------------------------------------------------------


def echoed(value: Any, dice: Random) -> Any:
    """Return a document as the server may show it: keys in another order, numbers as text (reference Q1, Q6)."""
    if isinstance(value, dict):
        return {key: echoed(each, dice) for key, each in dice.sample(sorted(value.items()), len(value))}
    if isinstance(value, list):
        return [echoed(each, dice) for each in value]
    if isinstance(value, bool):
        return dice.choice([value, str(value), str(value).lower()])
    return dice.choice([value, str(value)]) if isinstance(value, int) else value


def changed(value: Any, dice: Random) -> Any:
    """Return a document with one difference other than the name of a target network."""
    if isinstance(value, dict) and value:
        key = dice.choice(sorted(value))
        if key == "target_network":
            network = {inner: each for inner, each in value[key].items() if inner != "name"}
            return {**value, key: {**value[key], **changed(network, dice)}}
        return {**value, key: changed(value[key], dice)}
    if isinstance(value, list) and value:
        number = dice.randrange(len(value))
        return [*value[:number], changed(value[number], dice), *value[number + 1 :]]
    return f"{value}, and more" if not isinstance(value, str) or dice.random() < 0.5 else value.swapcase() + "A"


@given(example=examples(), dice=st.randoms(use_true_random=False))
def test_a_request_is_known_again_however_its_numbers_come_back(cloud: Cloud, example: Example, dice: Random) -> None:
    sent = restore_options(CloudObjects(cloud.opened(example.rows)), DesiredRestore(example.options), example.snapshot)
    shown = {**echoed(sent, dice), "name": "added", "description": "added"}
    assert identity.same_request(sent, shown)
    other = {**shown, "openstack": changed(shown["openstack"], dice)}
    assert identity.same_request(sent, other) is (
        sent["restore_type"] == "oneclick"
    )  # of which the server fills the instances
    kinds = {"oneclick", "selective", "inplace"} - {sent["restore_type"]}
    assert not any(identity.same_request(sent, {**shown, "restore_type": kind}) for kind in kinds)
    assert not identity.same_request(sent, None)
