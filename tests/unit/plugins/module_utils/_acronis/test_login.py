# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The login at Acronis: options, tokens, and that no secret is shown."""

from __future__ import annotations

import json
import syslog
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible.module_utils import basic
from support.exchange.acronis import CLIENT, CONNECTION, DATACENTER, EVERYTHING, SECRET, TOKENS, AcronisExchange, record
from support.module import Failed, run_module

from ansible_collections.openprotect.backup.plugins.module_utils._acronis import login as acronis_login
from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import InputError

ID = {"workload_id": "w1"}
NOT_GIVEN: dict[str, Any] = {"datacenter_url": None, "client_id": None, "client_secret": None}
NASTY = [
    "it's-said-so",
    'she-said-"so"',
    "back\\slash\\n",
    "pässwörd-☃",
    "  blanks-around ",
    "at@sign-after",
    "new\nline",
    "{{ looks-like-a-template }}",
]


@pytest.fixture(autouse=True)
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the lines that are written to the log of the system."""
    lines: list[str] = []
    monkeypatch.setattr(basic, "has_journal", False)
    monkeypatch.setattr(syslog, "syslog", lambda _priority, line: lines.append(line))
    return lines


def assert_kept(secret: str, *texts: str) -> None:
    """Assert that a secret is in none of the texts, in any spelling."""
    for spelling in (
        secret,
        secret.strip(),
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    ):
        for text in texts:
            assert spelling not in text


# ---- tokens --------------------------------------------------------------------------------------


def test_one_token_is_taken_with_the_credentials_of_the_client(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    acronis.run(workload_id="w1", enabled=True)
    assert acronis.logins == [(TOKENS, f"{CLIENT}:{SECRET}")]


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [("api", "/api/2/idp/token"), ("connector", "/bc/idp/token"), ("/elsewhere/idp/token", "/elsewhere/idp/token")],
)
def test_token_endpoint(acronis: AcronisExchange, endpoint: str, path: str) -> None:
    acronis.listing([record()], **ID)
    acronis.run(workload_id="w1", enabled=True, token_endpoint=endpoint)
    assert acronis.logins[0][0] == DATACENTER + path


@pytest.mark.parametrize("secret", NASTY, ids=repr)
def test_any_secret_can_be_sent(acronis: AcronisExchange, secret: str) -> None:
    acronis.listing([record()], **ID)
    acronis.run(workload_id="w1", enabled=True, client_secret=secret)
    assert acronis.logins[0][1] == f"{CLIENT}:{secret}"


def test_given_token_needs_no_login(acronis: AcronisExchange) -> None:
    acronis.token = "given-token"
    acronis.listing([record()], **ID)
    acronis.run(workload_id="w1", enabled=True, client_secret=None, access_token="given-token", logins=0)


@pytest.mark.parametrize("call", ["GET", "PATCH", "POST", "DELETE"])
def test_refused_token_is_renewed_once_and_the_call_sent_again(acronis: AcronisExchange, call: str) -> None:
    where = {"tenant_id": "t", "type": "cti.x"}
    options: dict[str, Any] = {
        "name": "web-1",
        **where,
        "wait": False,
        "state": "absent" if call == "DELETE" else "present",
    }
    rows = [] if call == "POST" else [record(type="cti.x")]
    if call == "GET":
        acronis.call("GET", "/workloads", "", query={**EVERYTHING, **where}, status=401)
        acronis.token = "token-2"
    acronis.listing(rows, **where)
    if call != "GET":
        path, query = ("/workloads/w1", {}) if call == "PATCH" else ("/workloads", ID if call == "DELETE" else {})
        body: Any = {
            "POST": {"items": [{"name": "web-1", **where, "client_id": CLIENT, "enabled": False}]},
            "PATCH": {"enabled": False},
        }.get(call)
        acronis.call(call, path, query=query, body=body, status=401)
        acronis.token = "token-2"
        acronis.call(call, path, query=query, body=body, status=204)
        options["enabled"] = False
    acronis.run(**options, logins=2)


def test_second_refusal_is_an_error(acronis: AcronisExchange) -> None:
    for token in ("token-1", "token-2"):
        acronis.token = token
        acronis.call("GET", "/workloads", "", query={**EVERYTHING, **ID}, status=401)
    failed = acronis.fail(workload_id="w1", enabled=True, logins=2)
    assert (failed.error["code"], failed.error["status"]) == ("forbidden", 401)


def test_given_token_is_not_renewed(acronis: AcronisExchange) -> None:
    acronis.token = "given-token"
    acronis.call("GET", "/workloads", "", query={**EVERYTHING, **ID}, status=401)
    failed = acronis.fail(workload_id="w1", enabled=True, client_secret=None, access_token="given-token", logins=0)
    assert "an 'access_token' is not renewed" in str(failed)


@pytest.mark.parametrize("passing", [(503, ""), (200, requests.ConnectionError("dropped"))], ids=str)
def test_login_is_tried_three_times(acronis: AcronisExchange, passing: Any) -> None:
    acronis.login_replies = [passing, passing, (200, {"access_token": "token-1"})]
    acronis.listing([record()], **ID)
    acronis.run(workload_id="w1", enabled=True, logins=3)


@pytest.mark.parametrize(
    ("replies", "message"),
    [
        ([(401, {"error": "invalid_client"})], "with 401 (invalid_client)"),
        ([(403, f"no good secret: {SECRET}")], "with 403."),
        ([(400, {"error": f"<{SECRET}>"})], "with 400."),
        ([(302, "")], "with 302."),
        ([(200, "<html>Log in</html>")], "without an access_token"),
        ([(200, ["token"])], "without an access_token"),
        ([(200, {"access_token": 5})], "without an access_token"),
        ([(200, {"access_token": "two\nlines"})], "without an access_token"),
        ([(500, "")] * 3, "with 500."),
        (
            [(200, requests.exceptions.SSLError("certificate verify failed"))] * 3,
            "was not reached: certificate verify failed",
        ),
    ],
    ids=str,
)
def test_login_that_fails(acronis: AcronisExchange, replies: list[Any], message: str) -> None:
    acronis.login_replies = list(replies)
    failed = acronis.fail(workload_id="w1", logins=len(replies))
    assert failed.error == {"code": "login_failed"}
    assert message in str(failed)
    assert_kept(SECRET, json.dumps(failed.result))


def test_netrc_does_not_replace_the_token(
    acronis: AcronisExchange, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    acronis.listing([record()], **ID)
    acronis.run(workload_id="w1", enabled=True)


# ---- options -------------------------------------------------------------------------------------


def test_all_can_come_from_the_environment(acronis: AcronisExchange, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATACENTER_URL": DATACENTER,
        "BASE_URL": "https://other.test",
        "CLIENT_ID": "env",
        "CLIENT_SECRET": "env-secret",
    }.items():
        monkeypatch.setenv(f"ACRONIS_{name}", value)
    monkeypatch.setenv("ACRONIS_TOKEN_ENDPOINT", "connector")
    acronis.listing([record()], **ID)
    result = acronis.run(workload_id="w1", enabled=True, **NOT_GIVEN)
    assert acronis.logins == [(f"{DATACENTER}/bc/idp/token", "env:env-secret")]
    assert result["datacenter_url"] == DATACENTER


def test_second_name_of_the_url_and_the_token_from_the_environment(
    acronis: AcronisExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACRONIS_BASE_URL", f"{DATACENTER}/api/2/")
    monkeypatch.setenv("ACRONIS_ACCESS_TOKEN", "env-token")
    acronis.token = "env-token"
    acronis.listing([record()], **ID)
    assert acronis.run(workload_id="w1", enabled=True, logins=0, **NOT_GIVEN)["datacenter_url"] == DATACENTER


@pytest.mark.parametrize(
    ("validate", "bundle", "verify"),
    [
        (True, None, True),
        (False, None, False),
        (True, __file__, __file__),
        (False, __file__, False),
    ],
)
def test_tls_options_and_timeout_reach_every_request(
    acronis: AcronisExchange, monkeypatch: pytest.MonkeyPatch, validate: bool, bundle: str | None, verify: Any
) -> None:
    seen = []
    send = requests.Session.send

    def look(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        seen.append((options["verify"], options["timeout"], options["allow_redirects"]))
        return send(session, request, **options)

    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    acronis.listing([record()], **ID)
    with (
        pytest.MonkeyPatch.context() as patch
    ):  # to be undone before requests-mock, which patches the same, takes its patch back
        patch.setattr(requests.Session, "send", look)
        acronis.run(workload_id="w1", enabled=True, validate_certs=validate, ca_cert=bundle, api_timeout=7)
    assert seen == [(verify, 7, False)] * 2


@pytest.mark.parametrize(
    "options",
    [
        {"datacenter_url": None},
        {"datacenter_url": "eu8.acronis.cloud"},
        {"datacenter_url": "ftp://eu8.acronis.cloud"},
        {"datacenter_url": "https://"},
        {"datacenter_url": "https://eu8.acronis.cloud/?a=b"},
        {"client_id": None},
        {"client_secret": None},
        {"client_secret": ""},
        {"access_token": "both"},
        {"client_secret": None, "access_token": "two\nlines"},
        {"token_endpoint": "portal"},
        {"token_endpoint": "//elsewhere.test/token"},
        {"token_endpoint": "/token?x"},
        {"api_timeout": 0},
    ],
    ids=str,
)
def test_wrong_options_are_refused_before_the_first_request(acronis: AcronisExchange, options: dict[str, Any]) -> None:
    assert acronis.fail(workload_id="w1", logins=0, **options).error == {"code": "invalid_option"}


@pytest.mark.parametrize(
    "url",
    [
        "https://eu8.acronis.cloud",
        "https://eu8.acronis.cloud/",
        "https://eu8.acronis.cloud/api/2",
        "https://eu8.acronis.cloud/api/2/",
    ],
)
def test_url_is_cut_to_the_data_centre(url: str) -> None:
    assert acronis_login.datacenter(url) == "https://eu8.acronis.cloud"


def test_url_of_another_port_and_path_stays() -> None:
    assert acronis_login.datacenter("http://127.0.0.1:8782/proxy/") == "http://127.0.0.1:8782/proxy"


def test_missing_file_is_told() -> None:
    with pytest.raises(Failed, match=r"ca_cert: the user .* finds no file /nowhere/ca\.pem") as caught:
        run_module("acronis_workload_info", {**CONNECTION, "ca_cert": "/nowhere/ca.pem"})
    assert caught.value.error == {"code": "invalid_option"}


def test_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acronis_login, "REQUESTS_IMPORT_ERROR", "traceback")
    with pytest.raises(Failed, match=r"cannot import requests.*set ansible_python_interpreter") as caught:
        run_module("acronis_workload_info", CONNECTION)
    assert caught.value.error == {"code": "login_failed"}


# ---- secrets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", NASTY, ids=repr)
@pytest.mark.parametrize("wrong", [{}, {"colour": "red"}, {"api_timeout": "never"}, {"search": "the secret"}], ids=str)
def test_secret_is_shown_nowhere(
    acronis: AcronisExchange, logged: list[str], secret: str, wrong: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    acronis.login_replies = [(401, {"error": "invalid_client", "error_description": f"no {secret}"})]
    with pytest.raises(Failed) as caught:
        run_module(
            "acronis_workload_info",
            {**CONNECTION, "client_secret": secret, "_ansible_verbosity": 4, "_ansible_debug": True, **wrong},
        )
    out = capfd.readouterr()
    assert_kept(
        secret, json.dumps(caught.value.result, ensure_ascii=False), str(caught.value.result), *logged, out.out, out.err
    )


@pytest.mark.parametrize("from_environment", [True, False])
@pytest.mark.parametrize("kind", ["client_secret", "access_token", "issued"])
def test_what_the_server_repeats_of_a_secret_is_kept(
    acronis: AcronisExchange, logged: list[str], monkeypatch: pytest.MonkeyPatch, kind: str, from_environment: bool
) -> None:
    secret = (
        "token-1" if kind == "issued" else "repeated-'\"-secret" if kind == "client_secret" else "repeated-'-secret"
    )
    options: dict[str, Any] = {"client_secret": None, kind: secret} if kind != "issued" else {}
    if from_environment and options:
        monkeypatch.setenv(f"ACRONIS_{kind.upper()}", secret)
        options = {"client_secret": None}
    acronis.token = secret if kind == "access_token" else "token-1"
    acronis.listing([record(name=f"<{secret}>", attributes={"y": {"deep": [secret]}})], **ID)
    copy = "" if kind == "issued" else secret  # a token is not known before it is issued
    result = acronis.run(
        workload_id="w1",
        attributes={"x": {"copy": copy}},
        check=True,
        logins=0 if kind == "access_token" else 1,
        **options,
    )
    assert "Invoked with" in "".join(logged)
    assert "********" in result["workload"]["name"]
    assert_kept(secret, json.dumps(result), str(result), *logged)


def test_renewed_token_is_kept_too(acronis: AcronisExchange) -> None:
    acronis.call("GET", "/workloads", "", query={**EVERYTHING, **ID}, status=401)
    acronis.token = "token-2"
    acronis.listing([record(name="has token-2 in it")], **ID)
    assert acronis.run(workload_id="w1", enabled=True, logins=2)["workload"]["name"] == "has ******** in it"


@pytest.mark.parametrize("option", ["client_password", "clientsecret", "token"])
def test_secret_in_an_option_that_there_is_not_is_kept(logged: list[str], option: str) -> None:
    with pytest.raises(Failed, match="Unsupported parameters") as caught:
        run_module("acronis_workload_info", {**CONNECTION, option: "astray-secret"})
    assert_kept("astray-secret", json.dumps(caught.value.result), *logged)


def test_user_in_the_url_is_refused_and_kept(logged: list[str]) -> None:
    with pytest.raises(Failed) as caught:
        run_module("acronis_workload_info", {**CONNECTION, "datacenter_url": "https://me:url-secret@eu8.acronis.cloud"})
    assert caught.value.error == {"code": "invalid_option"}
    assert_kept("url-secret", json.dumps(caught.value.result), *logged)


def test_message_on_a_bad_url_does_not_repeat_it() -> None:
    with pytest.raises(InputError) as caught:
        acronis_login.datacenter("https://me:url-secret@eu8.acronis.cloud")
    assert "url-secret" not in str(caught.value)


def test_what_is_no_secret_is_shown(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    shown = acronis.run(workload_id="w1", enabled=True)["invocation"]["module_args"]
    assert (shown["datacenter_url"], shown["client_id"], shown["token_endpoint"]) == (DATACENTER, CLIENT, "api")


def test_search_for_secrets_finds_them() -> None:
    for secret in NASTY:
        with pytest.raises(AssertionError):
            assert_kept(secret, json.dumps({"x": secret}))


@pytest.mark.parametrize("from_environment", [True, False])
def test_secret_is_kept_where_a_message_quotes_it(
    acronis: AcronisExchange, monkeypatch: pytest.MonkeyPatch, from_environment: bool
) -> None:
    secret = "both-'-and-\"-quotes"
    if from_environment:
        monkeypatch.setenv("ACRONIS_CLIENT_SECRET", secret)
    acronis.listing([record(attributes={})], **ID)
    acronis.patch({"attributes": {"x": secret}})
    acronis.listing([record(attributes={})], **ID)
    failed = acronis.fail(
        workload_id="w1", attributes={"x": secret}, timeout=0, client_secret=None if from_environment else secret
    )
    assert "attributes.x is None, wanted is '********'" in str(failed)
    assert_kept(secret, str(failed), json.dumps(failed.result))


def test_secret_is_kept_where_a_wrong_option_quotes_it(acronis: AcronisExchange) -> None:
    secret = "both-'-and-\"-quotes"
    failed = acronis.fail(workload_id="w1", client_secret=secret, attributes_mode={"x": secret}, logins=0)
    assert "********" in str(failed)
    assert_kept(secret, str(failed), json.dumps(failed.result))


def test_user_and_password_of_a_proxy_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://scott:tiger-#word@127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(Failed, match="is malformed") as caught:
        run_module("acronis_workload_info", CONNECTION)
    assert "tiger" not in str(caught.value.result)
