# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation, argument spec, fields of the kinds, returned keys and codes of errors, held against each other."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from support.exchange.cloud import NOVA_SERVER
from support.exchange.recording import Exchange, sample
from support.module import MODULES, run_module

from ansible_collections.openprotect.backup.plugins.module_utils._acronis import records as acronis_records
from ansible_collections.openprotect.backup.plugins.module_utils._acronis.workload import AcronisWorkload
from ansible_collections.openprotect.backup.plugins.module_utils._core import errors
from ansible_collections.openprotect.backup.plugins.module_utils._core.module import Module
from ansible_collections.openprotect.backup.plugins.module_utils._engine.comparison import field_options
from ansible_collections.openprotect.backup.plugins.module_utils._engine.model import Outcome, Step
from ansible_collections.openprotect.backup.plugins.module_utils._engine.resource import Resource
from ansible_collections.openprotect.backup.plugins.module_utils._engine.result import outcome_result
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.client import Client
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.context import Context
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.lookup import Lookup
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import fields as schedule_form
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import wire as schedule_wire
from ansible_collections.openprotect.backup.plugins.module_utils._trilio import server
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.backup_target import BackupTarget
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.backup_target_type import BackupTargetType
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore import records as restore
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.snapshot.view import snapshot_result
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.trust.resource import Trust
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload.resource import Workload
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload_export import grouping as policies
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload_policy.resource import WorkloadPolicy
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload_set.converge import WorkloadSet

ROOT = Path(__file__).parents[2]
COLLECTION = "openprotect.backup"
NAMES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
FRAGMENTS = "ansible_collections.openprotect.backup.plugins.doc_fragments"
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "dict": (dict,),
    "list": (list,),
}

RESOURCES: dict[str, type[Resource[Any]]] = {
    "workload": Workload,
    "backup_target": BackupTarget,
    "backup_target_type": BackupTargetType,
    "workload_policy": WorkloadPolicy,
    "trust": Trust,
}
"""The modules that manage one object, with its resource."""

OBJECTS = {
    "backup_target": ("backup_target", dict, "backup_target"),
    "backup_target_info": ("backup_targets", list, "backup_target"),
    "backup_target_type": ("backup_target_type", dict, "backup_target_type"),
    "backup_target_type_info": ("backup_target_types", list, "backup_target_type"),
    "restore": ("restore", dict, "restore"),
    "restore_info": ("restores", list, "restore"),
    "server_info": ("servers", list, "server"),
    "snapshot": ("snapshot", dict, "snapshot"),
    "snapshot_info": ("snapshots", list, "snapshot"),
    "trust": ("trust", dict, "trust"),
    "trust_info": ("trusts", list, "trust"),
    "workload": ("workload", dict, "workload"),
    "workload_action": ("workload", dict, "workload"),
    "workload_info": ("workloads", list, "workload"),
    "workload_policy": ("workload_policy", dict, "workload_policy"),
    "workload_policy_info": ("workload_policies", list, "workload_policy"),
}
"""Under which key each module returns its objects, in what, and what they are."""

BESIDE = {
    "restore": {"request_key", "snapshot", "restore_plan", "request_body", "confirm_overwrite"},
    "trust_info": {"validations"},
}
"""What modules return beside their object, its id and the plan."""

SETS = {"workloads": "workload"}
"""The modules that keep many objects at once, with the module that keeps one."""

EXPORTS = ("workload_export",)
"""The modules that return what declares objects."""

REPORTS = ("preflight_info", "protection_info")
"""The modules that return what they found, and no objects."""

WITHOUT_SERVER = ("show_lines",)
"""The modules that use no server, so they have no connection options and belong to no action group."""

ACRONIS: dict[str, tuple[str, set[str]]] = {
    "acronis_workload": ("workload", {"id", "plan"}),
    "acronis_workload_info": ("workloads", {"count", "truncated"}),
}
"""The modules that talk to Acronis: the key of their objects, and what they return beside."""

SHOWN: dict[str, list[Any]] = {
    "workload": [sample("workload_show_4x")["workload"], sample("workload_show_6x")["workload"]],
    "backup_target": [
        sample("backup_target_show")["backup_targets"],
        sample("backup_target_set_default_response")["backup_targets"],
    ],
    "backup_target_type": [
        sample("backup_target_type_show")["backup_target_types"],
        sample("backup_target_type_add_projects_response")["backup_target_types"],
    ],
    "workload_policy": sample("policies_list_4x")["policy_list"],
    "restore": [
        *sample("restores_list")["restores"],
        sample("restore_show")["restore"],
        sample("restore_selective_response")["restore"],
    ],
    "server": [NOVA_SERVER],
    "snapshot": [*sample("snapshots_list")["snapshots"], sample("restore_show")["restore"]["snapshot_details"]],
    "trust": sample("trusts_list")["trust"],
}
"""Captured answers that show an object of each kind."""


def result_of(noun: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return an object as results show it."""
    if noun == "snapshot":
        return snapshot_result(document)
    if noun == "restore":
        return restore.restore_result(document)
    if noun == "server":
        return server.server_result(document)
    resource = RESOURCES[noun](quiet_context())
    return resource.result(resource.read(document), document)


def quiet_context() -> Context:
    """Return a context in which no name was looked up, and whose client reaches nothing."""
    client = Client(None, "", project_id="", check_mode=True)
    context = Context.__new__(Context)
    context.lookup = Lookup(client, lambda _service: client, check_mode=True, warn=context.warn)
    return context


class Caught(Exception):
    """Carries what a module is made of out of it."""


def spec_of(name: str) -> dict[str, Any]:
    """Return what the module hands to AnsibleModule, caught at that door."""

    def catch(_module: Any, **arguments: Any) -> None:
        raise Caught(arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Module, "__init__", catch)
        with pytest.raises(Caught) as caught:
            run_module(name, {})
    arguments: dict[str, Any] = caught.value.args[0]
    return arguments


def part(name: str, what: str) -> Any:
    """Return one of the documentation blocks of a module."""
    return yaml.safe_load(getattr(importlib.import_module(f"{MODULES}.{name}"), what))


def documented(name: str) -> dict[str, Any]:
    """Return the documented options of a module with those of its fragments; its own ones win."""
    own = part(name, "DOCUMENTATION")
    options: dict[str, Any] = {}
    for fragment in own.get("extends_documentation_fragment", []):
        file, section = [*fragment[len(COLLECTION) + 1 :].split("."), "documentation"][:2]
        block = getattr(importlib.import_module(f"{FRAGMENTS}.{file}").ModuleDocFragment, section.upper())
        options.update(yaml.safe_load(block).get("options") or {})
    return {**options, **own.get("options", {})}


SPECS = {name: spec_of(name) for name in NAMES}


def declared(option: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an argument spec says of one option, in the words of documentation."""
    said = {key: option[key] for key in ("type", "default", "choices", "elements", "aliases") if key in option}
    return {"type": "str", **said, "required": option.get("required", False)}


def described(option: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the documentation says of one option."""
    said = {key: option[key] for key in ("type", "default", "choices", "elements", "aliases") if key in option}
    return {**said, "required": option.get("required", False)}


def flat(options: Mapping[str, Any], inner: str, prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield all options with their dotted names, those inside of others too."""
    for name, option in options.items():
        yield prefix + name, option
        yield from flat(option.get(inner) or {}, inner, f"{prefix}{name}.")


def test_there_are_modules() -> None:
    assert sorted([*OBJECTS, *SETS, *EXPORTS, *REPORTS, *WITHOUT_SERVER, *ACRONIS]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_documented_options_are_the_real_ones(name: str) -> None:
    real = {option: declared(spec) for option, spec in flat(SPECS[name]["argument_spec"], "options")}
    assert {option: described(words) for option, words in flat(documented(name), "suboptions")} == real


@pytest.mark.parametrize("name", NAMES)
def test_every_option_and_every_returned_value_is_described(name: str) -> None:
    for block, inner in ((documented(name), "suboptions"), (part(name, "RETURN"), "contains")):
        for option, words in flat(block, inner):
            assert words["description"], option
            assert words["type"], option


@pytest.mark.parametrize("name", NAMES)
def test_options_that_exclude_or_need_each_other_exist(name: str) -> None:
    rules = {
        key: value
        for key, value in SPECS[name].items()
        if key in ("mutually_exclusive", "required_one_of", "required_together")
    }
    assert {option for rule in rules.values() for options in rule for option in options} <= set(
        SPECS[name]["argument_spec"]
    )
    assert SPECS[name]["supports_check_mode"] is True


@pytest.mark.parametrize("name", NAMES)
def test_no_option_is_an_alias_of_another(name: str) -> None:
    """One that is would set both: C(verify) is an alias that switches the check of certificates off."""
    spec = SPECS[name]["argument_spec"]
    assert [alias for option in spec.values() for alias in option.get("aliases", ()) if alias in spec] == []


@pytest.mark.parametrize("name", RESOURCES)
def test_the_fields_of_a_resource_are_options(name: str) -> None:
    spec = SPECS[name]["argument_spec"]
    fields = field_options(RESOURCES[name].fields)
    assert {option: spec.get(option) for option in fields} == fields


def test_the_schedule_in_results_is_that_of_the_option() -> None:
    for name in ("workload_show_6x", "workload_show_4x"):
        shown = schedule_wire.read(sample(name)["workload"]["jobschedule"])
        assert shown
        assert set(shown) <= set(schedule_form.SPEC)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in WITHOUT_SERVER])
def test_every_module_is_in_the_action_group(name: str) -> None:
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    group, fragment = ("acronis", "_acronis") if name in ACRONIS else ("trilio", "_attributes")
    assert [each for each in ("acronis", "trilio") if name in groups[each]] == [group]
    assert f"{COLLECTION}.{fragment}.action_group" in part(name, "DOCUMENTATION")["extends_documentation_fragment"]


# ---- RETURN ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OBJECTS)
def test_returned_keys_are_the_documented_ones(name: str) -> None:
    returns = part(name, "RETURN")
    key, form, _noun = OBJECTS[name]
    usual = set(outcome_result(key, Outcome([], None))) - {"changed", "diff"} if form is dict else {key}
    assert set(returns) == {*usual, *BESIDE.get(name, ()), "project_id", "cloud", "error", "msg"}
    assert returns[key]["type"] == form.__name__
    assert {each for each, words in returns.items() if words["returned"] == "failure"} == {"error", "msg"}


@pytest.mark.parametrize("name", OBJECTS)
def test_the_object_in_results_is_the_documented_one(name: str) -> None:
    key, _form, noun = OBJECTS[name]
    contains = part(name, "RETURN")[key]["contains"]
    for document in SHOWN[noun]:
        result = result_of(noun, document)
        assert set(contains) == set(result)
        for field, value in result.items():
            assert value is None or isinstance(value, PYTHON_TYPES[contains[field]["type"]]), field
            if isinstance(value, list):
                assert all(isinstance(each, PYTHON_TYPES[contains[field]["elements"]]) for each in value), field


@pytest.mark.parametrize("name", SETS)
def test_an_entry_of_a_set_is_documented_as_the_object_by_itself(name: str) -> None:
    alone = {**part(SETS[name], "DOCUMENTATION")["options"]}
    entry = part(name, "DOCUMENTATION")["options"][name]["suboptions"]
    other_words = {"name", "id", "new_name", "instances"}
    assert set(alone) - set(entry) == {"state", "delete_snapshots", "keep_data", "timeout"}
    assert set(entry) - set(alone) == {"selector", "exclude"}
    of_entry = re.compile(rf"O\((?=(?:{'|'.join(alone)})\b)")
    for option in set(alone) & set(entry) - other_words:
        assert entry[option] == yaml.safe_load(
            of_entry.sub(f"O({name}[].", yaml.safe_dump(alone[option], width=10**6))
        ), option


@pytest.mark.parametrize("name", SETS)
def test_the_result_of_a_set_is_the_documented_one(name: str, exchange: Exchange) -> None:
    returns = part(name, "RETURN")
    document = {**SHOWN[SETS[name]][1], "status": "available"}
    exchange.get("/workloads", {"workloads": [document]})
    result = exchange.run(name, workloads=[{"name": document["name"]}])
    assert set(returns) == {*result, "error", "msg"} - {"changed", "diff", "invocation", "warnings"}
    [row] = result[name]
    assert set(returns[name]["contains"]) == set(row)
    assert set(returns[name]["contains"]) - set(part(SETS[name], "RETURN")[SETS[name]]["contains"]) == {
        "action",
        "outcome",
        "reason",
        "changed",
        "error",
        "servers_added",
        "servers_removed",
    }
    assert set(returns["counts"]["contains"]) == set(result["counts"])
    assert set(returns["pruned"]["contains"]) == {
        *("id", "name", "action", "outcome", "reason", "changed", "error", "snapshots"),
    }


@pytest.mark.parametrize("name", EXPORTS)
def test_the_result_of_an_export_is_the_documented_one(name: str, exchange: Exchange) -> None:
    returns = part(name, "RETURN")
    exchange.get("/workloads", {"workloads": []})
    result = exchange.run(name)
    assert set(returns) == {*result, "error", "msg"} - {"changed", "invocation", "warnings"}
    assert set(returns["counts"]["contains"]) == set(result["counts"])
    assert set(returns["protect_policies"]["contains"]) == {"name", "workloads", *policies.COMMON}


@pytest.mark.parametrize("name", ACRONIS)
def test_returned_keys_of_acronis_are_the_documented_ones(name: str) -> None:
    returns = part(name, "RETURN")
    key, beside = ACRONIS[name]
    assert set(returns) == {key, *beside, "datacenter_url", "error", "msg"}
    assert {each for each, words in returns.items() if words["returned"] == "failure"} == {"error", "msg"}
    row = {
        "id": "1",
        "name": "web",
        "client_id": "c",
        "type": "cti.a",
        "tenant_id": 286,
        "enabled": True,
        "attributes": {"a": 1},
        "allowed_actions": ["x"],
    }
    result = acronis_records.workload_result(acronis_records.read_values(row), row)
    contains = returns[key]["contains"]
    assert set(contains) == set(result)
    for field, value in result.items():
        assert value is None or isinstance(value, PYTHON_TYPES[contains[field]["type"]]), field


def test_the_fields_of_an_acronis_record_are_options() -> None:
    spec = SPECS["acronis_workload"]["argument_spec"]
    assert {each.option: spec.get(each.option) for each in AcronisWorkload.fields} == {
        each.option: each.spec for each in AcronisWorkload.fields
    }


@pytest.mark.parametrize("name", [name for name in NAMES if "plan" in part(name, "RETURN")])
def test_the_steps_of_a_plan_are_documented(name: str) -> None:
    assert set(part(name, "RETURN")["plan"]["contains"]) == set(Step("update", "workload", "web", "1").result())


@pytest.mark.parametrize("name", NAMES)
def test_what_errors_hold_is_documented(name: str) -> None:
    of_requests = errors.RefusedError("no", method="GET", path="/").details()
    contains = part(name, "RETURN")["error"]["contains"]
    assert set(contains) == set(of_requests)
    always = {key for key, words in contains.items() if "returned" not in words}
    assert always == set(errors.StateError("no").details())


# ---- EXAMPLES --------------------------------------------------------------------------------------------------------


def tasks(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = part(name, "EXAMPLES")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_tasks_that_the_module_accepts(name: str) -> None:
    own = [task[f"{COLLECTION}.{name}"] for task in tasks(name) if f"{COLLECTION}.{name}" in task]
    assert own
    assert all(task["name"] for task in tasks(name))
    rules = {
        key: value
        for key, value in SPECS[name].items()
        if key in ("mutually_exclusive", "required_one_of", "required_together")
    }
    for options in own:
        as_sent = json.loads(json.dumps(options))  # without anchors, as it comes to a module
        checked = ArgumentSpecValidator(SPECS[name]["argument_spec"], **rules).validate(as_sent)
        assert checked.error_messages == []
        if name in RESOURCES:
            RESOURCES[name].parse(checked.validated_parameters)
        elif name in SETS:
            WorkloadSet(checked.validated_parameters)
        elif name == "acronis_workload":
            AcronisWorkload.parse(checked.validated_parameters)


@pytest.mark.parametrize("name", NAMES)
def test_examples_call_modules_by_their_full_names(name: str) -> None:
    for task in tasks(name):
        (called,) = set(task) - {
            "name",
            "register",
            "vars",
            "loop",
            "loop_control",
            "until",
            "retries",
            "delay",
            "when",
            "failed_when",
            "check_mode",
            "diff",
        }
        assert called.startswith(("ansible.builtin.", f"{COLLECTION}."))


# ---- errors --------------------------------------------------------------------------------------

CLASSES = [each for _name, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, errors.BackupError)]
BASES = (errors.BackupError, errors.RequestError)
"""Never raised as such."""

GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_errors.rst"


def headings() -> list[str]:
    """Return the headings of the guide: lines that are underlined."""
    return [
        title
        for title, _sign in re.findall(r"^(\S.*)\n([-=~^])\2{2,}$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def test_every_class_of_error_has_a_code_of_its_own() -> None:
    codes = [each.__dict__["code"] for each in CLASSES]
    assert len(codes) > 20
    assert sorted(set(codes)) == sorted(codes)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("kind", [each for each in CLASSES if each not in BASES], ids=lambda each: each.code)
def test_every_code_has_a_place_in_the_guide(kind: type[errors.BackupError]) -> None:
    assert kind.code in headings()


def test_the_guide_explains_no_code_that_does_not_exist() -> None:
    codes = {each.code for each in CLASSES}
    assert {title for title in headings() if re.fullmatch(r"[a-z_]+", title)} <= codes


def test_bases_of_errors_are_never_raised() -> None:
    for path in (ROOT / "plugins").rglob("*.py"):
        raised = set(re.findall(r"raise (\w+)\(", path.read_text(encoding="utf-8")))
        assert raised.isdisjoint(each.__name__ for each in BASES), path
