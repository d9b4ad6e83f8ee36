# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection of AnsibleModule and the engine: results, errors, and no secret in results and logs.

AnsibleModule is the real one. Only the call that writes a line to the log of the system is replaced.
"""

from __future__ import annotations

import json
import syslog
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests_mock
from ansible.module_utils import basic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openstack.config import loader
from support.exchange.recording import AUTH, KEYSTONE, NOVA, PASSWORD, PROJECT, REQUEST_ID, Exchange, fault, sample
from support.module import Failed, run_module, warnings_of

from ansible_collections.openprotect.backup.plugins.module_utils._core import module
from ansible_collections.openprotect.backup.plugins.module_utils._engine.model import Outcome, Step
from ansible_collections.openprotect.backup.plugins.module_utils._engine.result import diff, outcome_result

SIX = {**sample("workload_show_6x")["workload"], "status": "available"}
PATH = f"/workloads/{SIX['id']}"
QUICK: dict[str, Any] = {"wait_interval": 0.01, "timeout": 60}

SECRETS: list[Any] = [
    "correct-horse-battery",
    "it's-said-so",
    'she-said-"so"',
    """both-'of-"them""",
    "back\\slash\\n-not-a-newline",
    "ends-with-backslash\\",
    "pässwörd-ünïcode-☃",
    "new\nline-and\ttab",
    "  blanks-around  ",
    "{{ looks-like-a-template }}",
    "%s%(percent)s-$(shell)",
    "password: yaml-like, [list]",
    "before-at@after-the-at-sign",
    "90210481516",
    90210481516,
    31415.92653,
]


@pytest.fixture(autouse=True)
def bare_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the files of the machine that runs the test."""
    for files, stem in (("CONFIG_FILES", "clouds"), ("SECURE_FILES", "secure"), ("VENDOR_FILES", "clouds-public")):
        monkeypatch.setattr(loader, files, [str(tmp_path / f"{stem}.yaml")])


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the lines that are written to the log of the system."""
    lines: list[str] = []
    monkeypatch.setattr(basic, "has_journal", False)
    monkeypatch.setattr(syslog, "syslog", lambda _priority, line: lines.append(line))
    return lines


def cloud(secret: Any) -> dict[str, Any]:
    """Return a dictionary for the option `cloud`."""
    return {"auth": {**AUTH, "password": secret}, "region_name": "R"}


def spellings(secret: Any) -> set[str]:
    """Return the spellings of a secret: plain, in Python, in JSON, and the part after an "@".

    Up to an "@" ansible-core masks a text that it takes for a URL.
    """
    text = str(secret)
    return {
        text,
        text.strip(),
        repr(text)[1:-1],
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        "after-the-at-sign",
    }


def texts(value: Any) -> Iterator[str]:
    """Yield all texts of a result, also its keys."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    else:
        yield str(value)


def assert_kept(secret: Any, result: dict[str, Any], logged: list[str], printed: str) -> None:
    """Assert that a secret is in no result and no line of the log, and that the log has lines."""
    assert logged
    for text in (*texts(result), *logged, printed, json.dumps(result)):
        for spelling in spellings(secret):
            assert spelling not in text


# ---- secrets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", SECRETS, ids=repr)
def test_a_dictionary_cloud_keeps_its_secret(
    exchange: Exchange, logged: list[str], capfd: pytest.CaptureFixture[str], secret: Any
) -> None:
    exchange.get(PATH, {"workload": SIX})
    result = exchange.run(
        "workload", id=SIX["id"], cloud=cloud(secret), _ansible_verbosity=4, _ansible_debug=True, **QUICK
    )
    assert_kept(secret, result, logged, "".join(capfd.readouterr()))
    assert result["invocation"]["module_args"]["cloud"]["auth"]["username"] == "backup"


@pytest.mark.parametrize(
    "wrong",
    [
        {"wait": "perhaps"},
        {"state": "gone"},
        {"no_such_option": 1},
        {"timeout": "soon"},
        {"new_name": ["x"]},
        {"schedule": {"interval": "x"}},
    ],
)
@pytest.mark.parametrize("secret", SECRETS, ids=repr)
def test_it_does_so_when_another_option_is_wrong(
    logged: list[str], capfd: pytest.CaptureFixture[str], secret: Any, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Failed) as caught:
        run_module("workload", {"name": "web", "cloud": cloud(secret), "_ansible_verbosity": 4, **wrong})
    logged.append("the wrong option comes before the log")
    assert_kept(secret, caught.value.result, logged, "".join(capfd.readouterr()))


@pytest.mark.parametrize("secret", SECRETS, ids=repr)
@pytest.mark.parametrize("option", ["password", "os_password", "token", "secret_key"])
def test_a_secret_in_an_option_that_there_is_not_is_kept(
    logged: list[str], capfd: pytest.CaptureFixture[str], secret: Any, option: str
) -> None:
    with pytest.raises(Failed, match="Unsupported parameters") as caught:
        run_module("workload", {"name": "web", "cloud": "mycloud", "_ansible_verbosity": 4, option: secret})
    logged.append("the wrong option comes before the log")
    assert_kept(secret, caught.value.result, logged, "".join(capfd.readouterr()))


@pytest.mark.parametrize(
    ("module", "options", "question"),
    [
        ("workload", {"name": "web", "instancs": ["web-1"]}, "Did you mean instances?"),
        ("workloads", {"workloads": [{"name": "web", "shedule": {}}]}, "Did you mean schedule?"),
        ("restore", {"type": "oneclick", "workload": "web", "lates": True}, "Did you mean latest?"),
    ],
)
def test_an_unknown_option_is_answered_with_a_similar_one(module: str, options: dict[str, Any], question: str) -> None:
    with pytest.raises(Failed) as caught:
        run_module(module, {"cloud": "mycloud", **options})
    assert str(caught.value).endswith(question)
    assert caught.value.error["code"] == "invalid_option"


@pytest.mark.parametrize("secret", SECRETS, ids=repr)
@pytest.mark.parametrize("form", [str, json.dumps])
def test_a_dictionary_that_became_text_keeps_its_secret(
    exchange: Exchange, logged: list[str], capfd: pytest.CaptureFixture[str], secret: Any, form: Any
) -> None:
    failed = exchange.fail("workload", name="web", cloud=form(cloud(secret)), keystone=0)
    assert failed.error == {"code": "invalid_option"}
    assert_kept(secret, failed.result, logged, "".join(capfd.readouterr()))


@pytest.mark.parametrize("secret", [each for each in SECRETS if isinstance(each, str)], ids=repr)
@pytest.mark.parametrize("wrong", [{}, {"wait": "perhaps"}, {"no_such_option": 1}])
def test_auth_keeps_its_secrets(
    logged: list[str], capfd: pytest.CaptureFixture[str], secret: str, wrong: dict[str, Any]
) -> None:
    for key in ("password", "token", "application_credential_secret"):
        with pytest.raises(Failed) as caught:
            run_module(
                "workload",
                {"name": "web", "auth": {"auth_url": "nowhere", "username": secret and "backup", key: secret}, **wrong},
            )
        logged.append("the wrong option comes before the log")
        assert_kept(secret, caught.value.result, logged, "".join(capfd.readouterr()))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    secret=st.text(st.characters(blacklist_categories=["Cs"]), min_size=3, max_size=12).map(lambda text: f"<!{text}!>"),
    key=st.sampled_from(["password", "private_key", "client_secret", "passcode", "anything"]),
    wrong=st.sampled_from([{}, {"wait": "perhaps"}]),
)
def test_any_secret_is_kept(logged: list[str], secret: str, key: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Failed) as caught:
        run_module(
            "workload", {"id": "no id", "cloud": {"auth": {**AUTH, key: secret}, "deep": [{key: secret}]}, **wrong}
        )
    logged.append("the wrong option comes before the log")
    assert_kept(secret, caught.value.result, logged, "")


@pytest.mark.parametrize("secret", [each for each in SECRETS if isinstance(each, str)], ids=repr)
def test_what_keystone_repeats_of_a_secret_is_kept(logged: list[str], secret: str) -> None:
    with requests_mock.Mocker() as mock:
        mock.get(
            KEYSTONE,
            json={"version": {"id": "v3.14", "status": "stable", "links": [{"rel": "self", "href": KEYSTONE}]}},
        )
        said = {"error": {"code": 401, "title": "Unauthorized", "message": f"wrong password {secret} for backup"}}
        mock.post(f"{KEYSTONE}/auth/tokens", json=said, status_code=401, headers={"Content-Type": "application/json"})
        with pytest.raises(Failed) as caught:
            run_module("workload", {"name": "web", "cloud": cloud(secret)})
    assert caught.value.error == {"code": "login_failed"}
    assert "for backup" in str(caught.value)
    assert_kept(secret, caught.value.result, logged, "")


@pytest.mark.parametrize("secret", ["issued-token", PASSWORD])
def test_what_the_server_repeats_of_token_and_password_is_kept(
    exchange: Exchange, logged: list[str], secret: str
) -> None:
    exchange.get(PATH, fault(f"no role for {secret} here", "forbidden", 403), status=403)
    failed = exchange.fail("workload", id=SIX["id"], **QUICK)
    assert "no role for ******** here" in str(failed)
    assert_kept(secret, failed.result, logged, "")


def test_what_is_no_secret_is_shown(exchange: Exchange, logged: list[str]) -> None:
    exchange.get(PATH, {"workload": SIX})
    result = exchange.run("workload", id=SIX["id"], cloud=cloud("correct-horse"), secret=None, **QUICK)
    shown = result["invocation"]["module_args"]["cloud"]
    assert {key: value for key, value in shown["auth"].items() if key != "password"} == {
        key: value for key, value in AUTH.items() if key != "password"
    }
    assert shown["region_name"] == "R"
    assert "project_name" in "".join(logged)


@pytest.mark.parametrize("form", [dict, json.dumps])
def test_a_misspelt_key_of_auth_keeps_its_secret(logged: list[str], form: Any) -> None:
    auth = {"auth_url": KEYSTONE, "username": "backup", "pasword": "correct-horse"}
    with pytest.raises(Failed, match="pasword") as caught:
        run_module("workload", {"name": "web", "auth": form(auth)})
    logged.append("the wrong option comes before the log")
    assert_kept("correct-horse", caught.value.result, logged, "")


SETTINGS = {"auth_version": 3, "compute_connect_retries": 5, "timeout": 30, "floating_ip_source": "neutron"}


@pytest.mark.parametrize("secret", ["a", "8", 8, "web", "it'"], ids=repr)
def test_settings_and_short_secrets_mask_no_part_of_a_result(
    exchange: Exchange, logged: list[str], secret: Any
) -> None:
    exchange.get(PATH, {"workload": {**SIX, "name": "web neutron"}})
    result = exchange.run("workload", id=SIX["id"], cloud={**cloud(secret), **SETTINGS}, **QUICK)
    assert (result["id"], result["project_id"], result["workload"]["name"]) == (SIX["id"], PROJECT, "web neutron")
    assert "*" not in json.dumps({key: value for key, value in result.items() if key != "invocation"})
    shown = result["invocation"]["module_args"]
    assert shown["cloud"]["auth"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert {key: shown["cloud"][key] for key in SETTINGS} == SETTINGS
    assert f"'password': {secret!r}" not in "".join(logged)


@pytest.mark.parametrize("wrong", [{}, {"wait": "perhaps"}])
def test_a_short_secret_of_auth_is_masked_by_itself_only(logged: list[str], wrong: dict[str, Any]) -> None:
    auth = {"auth_url": "nowhere", "username": "backup", "password": "abc"}
    with pytest.raises(Failed) as caught:
        run_module("workload", {"name": "abcde", "auth": auth, **wrong})
    shown = caught.value.result["invocation"]["module_args"]
    assert (shown["name"], shown["auth"]["username"]) == ("abcde", "backup")
    assert "'abc'" not in str(caught.value.result) + "".join(logged)


@pytest.mark.parametrize("secret", SECRETS, ids=repr)
def test_a_secret_is_kept_where_it_is_printed_as_part_of_another_option(logged: list[str], secret: Any) -> None:
    with pytest.raises(Failed) as caught:
        run_module("workload", {"name": "", "description": {"copy": secret}, "cloud": cloud(secret)})
    assert "copy" in str(caught.value.result["invocation"]["module_args"]["description"])
    assert_kept(secret, caught.value.result, logged, "")


# ---- results -------------------------------------------------------------------------------------


def test_a_failed_request_is_told_in_full(exchange: Exchange) -> None:
    exchange.get(PATH, fault("Invalid uuid for id: x"), status=400)
    failed = exchange.fail("workload", id=SIX["id"], **QUICK)
    assert failed.error == {"code": "refused", "status": 400, "request_id": REQUEST_ID, "method": "GET", "path": PATH}
    assert set(failed.result) == {"failed", "msg", "error", "invocation"}
    assert (
        failed.result["msg"]
        == f"For the workload '{SIX['id']}': GET {PATH} ({REQUEST_ID}) was refused with 400: Invalid uuid for id: x."
    )


def test_any_other_failure_has_a_code_and_a_hint(exchange: Exchange) -> None:
    failed = exchange.fail("workload", name="web", instances=[], keystone=0)
    assert failed.error == {"code": "invalid_option"}
    assert failed.result["msg"].endswith("To stop protecting all of them delete the workload.")


def test_a_failed_task_still_warns(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": {**SIX, "instances": [{"id": "gone", "name": "old"}]}})
    exchange.get("/servers", {"servers": []}, url=NOVA)
    exchange.put(PATH, {"workload": {"description": "New"}}, fault("no"), status=400)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", {"policies": []})
    failed = exchange.fail("workload", id=SIX["id"], instances=["old"], description="New", **QUICK)
    assert any("'old' (gone) is gone from Nova" in text for text in warnings_of(failed.result))


def test_results_hold_what_every_result_holds(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": SIX})
    result = exchange.run("workload", id=SIX["id"], **QUICK)
    assert set(result) == {"changed", "plan", "diff", "workload", "id", "project_id", "cloud", "invocation"}
    assert result["cloud"] == {"auth_url": KEYSTONE, "region_name": None, "project_name": "demo"}
    assert (result["changed"], result["project_id"], result["id"]) == (False, PROJECT, SIX["id"])


def test_the_diff_names_what_goes_before_the_object() -> None:
    steps = [
        Step("delete", "snapshot", "first", "s1", before={"name": "first", "id": "s1"}),
        Step("delete", "workload", "web", "w1", before={"name": "web", "id": "w1"}),
    ]
    assert diff(steps) == {
        "before": {"snapshot s1": {"name": "first", "id": "s1"}, "name": "web", "id": "w1"},
        "after": {"snapshot s1": {}},
    }
    assert diff([]) == {"before": {}, "after": {}}


@pytest.mark.parametrize(
    ("outcome", "changed", "object_id"),
    [
        (Outcome([], None), False, None),
        (Outcome([], {"id": "w1"}), False, "w1"),
        (Outcome([Step("create", "workload", "web", None)], {"id": "w1"}), True, "w1"),
        (Outcome([Step("create", "workload", "web", None)], {"id": None}), True, None),
        (Outcome([Step("delete", "snapshot", "s", "s1"), Step("delete", "workload", "web", "w1")], None), True, "w1"),
    ],
)
def test_the_result_of_one_object(outcome: Outcome, changed: bool, object_id: str | None) -> None:
    result = outcome_result("workload", outcome)
    assert (result["changed"], result["id"], result["workload"]) == (changed, object_id, outcome.object)
    assert [step["action"] for step in result["plan"]] == [step.action for step in outcome.steps]


def test_options_on_waiting() -> None:
    assert module.wait_options(timeout=7)["timeout"] == {"type": "int", "default": 7}
    assert module.wait_options(timeout=7)["wait"] == {"type": "bool", "default": True}
