# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs of the roles, compared with the variables of their tasks and the options of their modules.

One value that a role keeps on servers is compared too, byte for byte.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.openprotect.backup.plugins.filter.policies_errors import policies_errors
from ansible_collections.openprotect.backup.plugins.filter.restore_intent import PASSED_ON
from ansible_collections.openprotect.backup.plugins.filter.workloads_of_policies import workloads_of_policies
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload_set.converge import (
    OPTIONS,
    WorkloadSet,
)
from ansible_collections.openprotect.backup.plugins.plugin_utils._backup_policies import INHERITED, POLICY, WORKLOAD

ROOT = Path(__file__).parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
PLAYBOOKS = [path for path in (ROOT / "playbooks").glob("*.yml") if not re.search(r"^demo|\.meta\.", path.name)]
NAMES = {"workload", "snapshot", "name", "policy", "request_key", "backup_target_type_name", "confirm_overwrite"}
"""Options that take the name of an object."""
OF_STORAGE = re.compile(r"\b(?:storage_target|storage_type\.[01])\.(\w+)")


def load(*parts: str) -> Any:
    """Return what a YAML file below roles/ holds."""
    return yaml.safe_load((ROOT / "roles").joinpath(*parts).read_text(encoding="utf-8"))


def options_of(module: str) -> dict[str, Any]:
    """Return the documented options of a module, without those of its fragments."""
    text = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    block = re.search(r'^DOCUMENTATION = r"""(.*?)"""', text, re.DOTALL | re.MULTILINE)
    assert block
    options: dict[str, Any] = yaml.safe_load(block[1])["options"]
    return options


def facts(option: dict[str, Any]) -> dict[str, Any]:
    """Return what a role and a module must say alike about an option."""
    return {key: option[key] for key in ("type", "elements", "choices") if key in option}


@pytest.mark.parametrize("role", ROLES)
def test_defaults_are_the_declared_options(role: str) -> None:
    options = load(role, "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    defaults = load(role, "defaults", "main.yml")
    assert set(defaults) == set(options)
    assert all(name.startswith(f"{role}_") for name in options)
    assert {name: option["default"] for name, option in options.items()} == defaults


def test_storage_passes_on_what_it_declares_and_the_modules_take() -> None:
    target = load("storage", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]["storage_targets"][
        "options"
    ]
    types = target["types"]["options"]
    tasks = (ROOT / "roles" / "storage" / "tasks" / "main.yml").read_text(encoding="utf-8")
    assert set(OF_STORAGE.findall(tasks)) == (set(target) | set(types)) - {"is_default"}
    for declared, module, own in ((target, "backup_target", {"types"}), (types, "backup_target_type", set())):
        known = options_of(module)
        for name, option in declared.items():
            if name not in own:
                assert facts(option) == facts(known[name]), name


def deep_facts(option: dict[str, Any]) -> dict[str, Any]:
    """Return what a role and a module must say alike about an option and those inside it."""
    inside = option.get("options") or option.get("suboptions") or {}
    return {
        **facts(option),
        "required": option.get("required", False),
        "options": {name: deep_facts(each) for name, each in inside.items()},
    }


def test_protect_declares_what_the_module_takes_down_to_the_leaf() -> None:
    policy = load("protect", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]["protect_policies"][
        "options"
    ]
    workload = dict(policy["workloads"]["options"])
    retention = workload.pop("retention")
    known = options_of("workloads")["workloads"]["suboptions"]
    assert {name: deep_facts(option) for name, option in workload.items()} == {
        name: deep_facts(option) for name, option in known.items()
    }
    assert set(policy) == set(POLICY) == {"name", "description", "workloads", *INHERITED}
    assert set(policy["workloads"]["options"]) == set(WORKLOAD)
    assert {name: policy[name] for name in INHERITED} == {
        name: {**workload, "retention": retention}[name] for name in INHERITED
    }


def test_protect_passes_on_its_variables_to_options_of_the_same_name() -> None:
    options = load("protect", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    check, filled, block = load("protect", "tasks", "main.yml")
    assert "protect_allow_empty" in filled["ansible.builtin.assert"]["that"]
    validate, converge = (task["openprotect.backup.workloads"] for task in block["block"])
    assert check["vars"] == {"protect_errors": "{{ protect_policies | openprotect.backup.policies_errors }}"}
    assert validate == converge
    assert converge.pop("workloads") == "{{ protect_policies | openprotect.backup.workloads_of_policies }}"
    known = options_of("workloads")
    passed = {f"protect_{name}": (name, text) for name, text in converge.items()}
    assert set(passed) == set(options) - {"protect_policies", "protect_validate", "protect_allow_empty"}
    assert {*converge, "workloads"} == set(known)
    for variable, (name, text) in passed.items():
        assert text in (f"{{{{ {variable} }}}}", f"{{{{ {variable} | default(omit, true) }}}}")
        assert facts(options[variable]) == facts(known[name]), name
        assert (options[variable]["default"] or None) == (known[name].get("default") or None), name


def test_recover_declares_and_passes_on_what_the_module_takes() -> None:
    options = load("recover", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    intent, known = options["recover_intent"]["options"], options_of("restore")
    others = {"state", "id", "confirm_overwrite", "plan_only", "delete_resources", "force_delete", "timeout"}
    assert set(known) - set(intent) == others
    assert {name: deep_facts(option) for name, option in intent.items()} == {
        name: deep_facts(known[name]) for name in intent
    }
    tasks = load("recover", "tasks", "restore.yml")
    plan, restore = (task["openprotect.backup.restore"] for task in tasks if "openprotect.backup.restore" in task)
    assert set(plan) == set(intent)
    assert all(f"recover_intent.{name}" in text for name, text in plan.items())
    assert {**restore, **plan} == restore
    assert set(restore) - set(plan) == {"confirm_overwrite", "timeout", "wait_interval"}


def test_messages_of_recover_have_a_variable_for_each_option() -> None:
    intent = load("recover", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]["recover_intent"]
    assert {*load("recover", "vars", "main.yml")["recover_passed_on"], "name", "description"} == set(intent["options"])
    assert {*PASSED_ON, "latest", "at", "instances", "networks", "restore_file"} == set(intent["options"])


def test_evidence_of_a_recovery_test_names_the_version_of_the_collection() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert load("recovery_test", "vars", "main.yml")["recovery_test_collection_version"] == galaxy["version"]


@pytest.mark.parametrize("role", ["recover", "recovery_test"])
def test_variables_are_declared_or_made_by_the_role(role: str) -> None:
    options = load(role, "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    files = [path for part in ("tasks", "templates", "vars") for path in (ROOT / "roles" / role / part).glob("*")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    made = set(re.findall(rf"^ *(?:- )?(?:register: |loop_var: )?({role}_\w+)(?::|$)", text, re.MULTILINE))
    assert set(re.findall(rf"(?<!backup\.)\b{role}_\w+", text)) - made == set(options)
    assert made.isdisjoint(options)


def test_the_command_of_a_probe_holds_what_is_documented() -> None:
    option = load("recovery_test", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"][
        "recovery_test_probe_command"
    ]
    tasks = (ROOT / "roles" / "recovery_test" / "tasks" / "probe_address.yml").read_text(encoding="utf-8")
    documented = " ".join(option["description"])
    assert set(re.findall(r"\{(\w+)\}", documented)) == set(re.findall(r"replace\('\{(\w+)\}'", tasks))
    assert set(re.findall(r"RECOVERY_TEST_\w+", documented)) == set(re.findall(r"RECOVERY_TEST_\w+", tasks))


def examples() -> list[list[dict[str, Any]]]:
    """Return the policies of each example in the README of protect."""
    text = (ROOT / "roles" / "protect" / "README.md").read_text(encoding="utf-8")
    documents = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)]
    variables = [document.get("all", {}).get("vars", document) for document in documents if isinstance(document, dict)]
    return [each["protect_policies"] for each in variables]


def test_there_are_five_examples() -> None:
    assert len(examples()) == 5


@pytest.mark.parametrize("policies", examples())
def test_examples_are_accepted(policies: list[dict[str, Any]]) -> None:
    specs = load("protect", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    assert ArgumentSpecValidator(specs).validate({"protect_policies": policies}).error_messages == []
    assert policies_errors(policies) == ""
    entries = ArgumentSpecValidator(OPTIONS).validate({"workloads": workloads_of_policies(policies)})
    assert entries.error_messages == []
    WorkloadSet({**entries.validated_parameters, "timeout": 600})


def test_the_role_itself_checks_what_is_inside_a_policy() -> None:
    """Ansible would return the whole specification with an error, which is longer than a screen."""
    specs = load("protect", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    wrong = [{"polcy": "gold"}]
    assert ArgumentSpecValidator(specs).validate({"protect_policies": wrong}).error_messages == []
    assert policies_errors(wrong) == "In the policy number 1: there is no key 'polcy'. Did you mean policy?"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_scenario_of_molecule(role: str) -> None:
    scenario = ROOT / "extensions" / "molecule" / role
    assert {path.name for path in scenario.glob("*.yml")} >= {
        "molecule.yml",
        "converge.yml",
        "verify.yml",
        "cleanup.yml",
    }


def request_keys(task: Any) -> list[str]:
    """Return the keys that a task, or the tasks of a block or a file, give to the module `restore`."""
    if isinstance(task, list):
        return [key for each in task for key in request_keys(each)]
    own = [task["openprotect.backup.restore"]] if "openprotect.backup.restore" in task else []
    keys = [str(options["request_key"]) for options in own if "request_key" in options]
    inner = [key for part in ("block", "rescue", "always") for key in request_keys(task.get(part, []))]
    return [*keys, *inner]


def test_the_key_of_a_recovery_test() -> None:
    """A recovery test finds the leftovers of earlier tests by this key and deletes them. It must never change."""
    files = sorted((ROOT / "roles" / "recovery_test" / "tasks").glob("*.yml"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    (template,) = [key for text in texts for key in request_keys(yaml.safe_load(text))]
    environment = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined)
    environment.filters["ansible.builtin.hash"] = lambda text, kind: hashlib.new(kind, text.encode()).hexdigest()
    workload = "18b809de-d7c8-41e2-867d-4a306407fb11"
    key = environment.from_string(template).render(recovery_test_snapshot={"workload_id": workload})
    assert key == "rtest-cd3560"
    (pattern,) = [found for text in texts for found in re.findall(r"'match', '(rtest-[^']*)'", text)]
    assert re.match(pattern, key)


@pytest.mark.parametrize("path", [*(ROOT / "roles").glob("*/tasks/*.yml"), *PLAYBOOKS], ids=lambda path: path.stem)
def test_a_name_that_looks_like_a_number_stays_text(path: Path) -> None:
    """Up to ansible-core 2.18, Jinja with native types makes 1000 of `1_000`, unless the template ends with `string`.

    That is the name of another object. A number stays one, so that the module can refuse it.
    """
    passed = [
        f"{option}: {text}"
        for options in module_tasks(yaml.safe_load(path.read_text(encoding="utf-8")))
        for option, text in options.items()
        if option in NAMES and str(text).startswith("{{") and not text.endswith("id }}")
    ]
    kept = re.compile(r"confirm_overwrite: .*\| string|\| string\b.* is string|is not string.*\| string", re.DOTALL)
    assert [text for text in passed if not kept.search(text)] == []


def module_tasks(content: Any) -> Iterator[dict[str, Any]]:
    """Yield the options of each of our tasks, at any depth."""
    for key, value in content.items() if isinstance(content, dict) else ():
        if str(key).startswith("openprotect.backup.") and isinstance(value, dict):
            yield value
    for inner in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from module_tasks(inner)
