# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong variables of playbooks: misspelt names, and values of other types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.utils.vars import load_extra_vars

from ansible_collections.openprotect.backup.plugins.lookup.variable_errors import (
    COLLECTION,
    MOST,
    LookupModule,
    options_of,
    used_names,
)

PLAYBOOKS = sorted(path.name.split(".")[0] for path in (COLLECTION / "playbooks").glob("*.meta.yml"))
VALUES = {"str": "x", "raw": "x", "path": "/x", "bool": "yes", "int": "1", "list": "a,b", "dict": {"a": 1}}
Errors = Callable[..., list[str]]


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> Errors:
    """Return a function that calls the lookup with the variables of a host, and with extra variables."""

    def call(playbook: str, extra: dict[str, Any] | None = None, **variables: Any) -> list[str]:
        monkeypatch.setattr(load_extra_vars, "extra_vars", {"unrelated": 1, **(extra or {})}, raising=False)
        everything = {**variables, **(extra or {})}
        loader = DataLoader()
        return LookupModule(loader=loader, templar=Templar(loader, everything)).run([playbook], everything)

    return call


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_its_own_variables_are_right_also_if_they_are_empty(errors: Errors, playbook: str) -> None:
    options = options_of(playbook)
    given = {name: option.get("choices", [VALUES[option["type"]]])[0] for name, option in options.items()}
    assert errors(playbook, given) == []
    assert errors(playbook, {name: "" for name in options if not name.startswith("protect_")}) == []
    assert errors(playbook, dict.fromkeys(options)) == []


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_misspelt_name_is_refused_with_the_right_one(errors: Errors, playbook: str) -> None:
    options = options_of(playbook)
    used = used_names()
    for name in options:
        for wrong in {f"{name[:-2]}{name[-1]}", f"{name}s", f"{name[:-1]}{name[-1]}{name[-1]}"} - set(options) - used:
            (said,) = errors(playbook, **{wrong: "x"})
            assert said.startswith(f"The playbook {playbook} has no variable {wrong}. Did you mean "), said
    (said,) = errors(playbook, openprotect_zzz="x")
    assert "The guide on playbooks says where its variables are listed." in said


def test_variables_of_others_are_left_alone(errors: Errors) -> None:
    assert errors("drift", backup_policies=1, recover_server="web-1", preflight_fial_on="never", protector=1) == []
    assert errors("recover", recovery_test_serv="web-1", protect_policys=[]) == []


def test_facts_of_earlier_plays_are_known_and_extra_variables_of_their_names_are_not(errors: Errors) -> None:
    facts: dict[str, Any] = {
        "protect_run": {},
        "protect_outcome": {},
        "protect_result": {},
        "openprotect_connection": {},
    }
    inventory: dict[str, Any] = {"openprotect_project_tags": [], "openprotect_project_description": "x"}
    assert errors("drift", **facts, **inventory) == []
    (said,) = errors("drift", {"protect_run": {}})
    assert said.startswith("The playbook drift has no variable protect_run.")


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_artifacts_are_known(errors: Errors, playbook: str) -> None:
    left: dict[str, Any] = {f"openprotect_{name}": {"localhost": {}} for name in PLAYBOOKS}
    earlier: dict[str, Any] = {
        name: {"localhost": {}} for name in ("protect_result", "recover_result", "recovery_test_evidence")
    }
    assert errors(playbook, {**left, **earlier}) == []


@pytest.mark.parametrize(
    ("playbook", "variables", "sentence"),
    [
        ("drift", {"drift_action": "mail"}, "drift_action is 'mail'. It must be fail or report."),
        (
            "preflight",
            {"preflight_fail_on": "often"},
            "preflight_fail_on is 'often'. It must be error, warning or never.",
        ),
        (
            "converge",
            {"converge_prune": "perhaps", "protect_prune": "perhaps"},
            "converge_prune is 'perhaps'. It must be true or false.",
        ),
        ("converge", {"protect_prune": ""}, "protect_prune is ''. It must be true or false."),
        (
            "converge",
            {"converge_max_deletions": "many"},
            "converge_max_deletions is 'many'. It must be a whole number.",
        ),
        ("export", {"export_names": {"a": 1}}, "export_names is of another type. It must be a list."),
        (
            "export",
            {"openprotect_auth": '{"password": "secret"}'},
            "openprotect_auth is of another type. It must be a dictionary.",
        ),
    ],
)
def test_a_value_of_another_type_is_refused(
    errors: Errors, playbook: str, variables: dict[str, Any], sentence: str
) -> None:
    assert errors(playbook, variables) == [sentence]


def test_a_hundred_wrong_names_are_not_all_named(errors: Errors) -> None:
    said = errors("drift", **{f"drift_{'a' * number}": 1 for number in range(1, 101)})
    assert len(said) == MOST + 1
    assert said[-1] == "It does not have 90 more of the variables either."
