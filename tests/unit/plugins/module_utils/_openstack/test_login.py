# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Login by the option `auth` alone: the requests to Keystone, and credentials that are incomplete."""

from __future__ import annotations

import os
import subprocess
import sys
import typing
from pathlib import Path

import pytest
from unit.plugins.module_utils._openstack.keystone import (
    COMPLETE,
    HOSTILE,
    PASSWORD,
    PROJECT,
    PROJECT_ID,
    TOKEN_ID,
    URL,
    USER,
    WLM,
    Keystone,
    options,
    refuse,
    version_document,
    write_clouds,
)

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import (
    InputError,
    LoginError,
    WrongProjectError,
)
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login


def test_password_sends_what_was_given_and_nothing_else(keystone: Keystone) -> None:
    connection = auth_login.connect(options(auth={**USER, **PROJECT}))
    assert keystone.bodies == [
        {
            "identity": {
                "methods": ["password"],
                "password": {"user": {"name": "backup", "domain": {"name": "Default"}, "password": PASSWORD}},
            },
            "scope": {"project": {"name": "demo", "domain": {"name": "Default"}}},
        }
    ]
    assert (connection.project_id, connection.project_name, connection.user_id, connection.user_name) == (
        PROJECT_ID,
        "demo",
        "u" * 32,
        "backup",
    )
    assert connection.roles == ("member",)
    assert (connection.region_name, connection.interface) == (None, "public")
    assert connection.secrets == {PASSWORD, TOKEN_ID}


def test_at_most_two_requests_go_out(keystone: Keystone) -> None:
    keystone.add("workloads", WLM)
    connection = auth_login.connect(options(auth={**USER, **PROJECT}))
    connection.workloadmgr_url()
    assert [(request.method, request.path) for request in keystone.mock.request_history] == [
        ("GET", "/v3"),
        ("POST", "/v3/auth/tokens"),
    ]
    assert all(
        request.headers["User-Agent"].startswith("openprotect.backup") for request in keystone.mock.request_history
    )


def test_a_hostile_environment_changes_nothing(
    keystone: Keystone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    auth_login.connect(options(auth={**USER, **PROJECT}))
    expected = keystone.bodies
    keystone.mock.reset_mock()
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OS_CLOUD", "evil")
    write_clouds(
        tmp_path / "clouds.yaml",
        evil={"auth": {"auth_url": "http://evil.test", "project_name": "evil"}, "region_name": "evil"},
    )
    connection = auth_login.connect(options(auth={**USER, **PROJECT}))
    assert keystone.bodies == expected
    assert (connection.region_name, connection.interface) == (None, "public")


def test_complete_auth_needs_no_openstacksdk() -> None:
    """The program runs in its own process, since this one has imported openstacksdk."""
    program = (
        "import sys; sys.modules['openstack'] = None\n"
        "from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login\n"
        "from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import LoginError\n"
        "try: auth_login.connect({'auth': {'auth_url': 'http://127.0.0.1:1/v3', 'token': 't', 'project_id': 'p'}})\n"
        "except LoginError as exc: print(exc)\n"
        "try: auth_login.connect({'cloud': 'demo'})\n"
        "except LoginError as exc: print(exc)\n"
    )
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    unreachable, missing = done.stdout.splitlines()
    assert "cannot be reached" in unreachable
    assert f"The Python of this task, {sys.executable} on " in missing
    assert "cannot import openstacksdk" in missing


def test_an_empty_name_of_a_cloud_is_no_cloud(keystone: Keystone, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that renders as an empty text must not select the environment."""
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    connection = auth_login.connect(options(cloud="", auth=COMPLETE))
    assert (connection.region_name, connection.interface) == (None, "public")
    assert keystone.bodies[0]["scope"] == {"project": {"name": "demo", "domain": {"name": "Default"}}}
    refuse(InputError, options(cloud={}, auth={}))


@pytest.mark.parametrize("domain", [{"domain_name": "Default"}, {"domain_id": "default"}])
def test_a_domain_beside_a_project_is_that_of_user_and_project(keystone: Keystone, domain: dict[str, str]) -> None:
    auth_login.connect(
        options(auth={"auth_url": URL, "username": "backup", "password": PASSWORD, "project_name": "demo", **domain})
    )
    (body,) = keystone.bodies
    sent = {key.split("_")[1]: value for key, value in domain.items()}
    assert body["identity"]["password"]["user"]["domain"] == sent
    assert body["scope"] == {"project": {"name": "demo", "domain": sent}}


def test_an_own_domain_wins_over_the_common_one(keystone: Keystone) -> None:
    auth_login.connect(
        options(auth={**USER, "user_domain_name": "Users", "project_name": "demo", "domain_name": "Default"})
    )
    (body,) = keystone.bodies
    assert body["identity"]["password"]["user"]["domain"] == {"name": "Users"}
    assert body["scope"]["project"]["domain"] == {"name": "Default"}


def test_token(keystone: Keystone) -> None:
    connection = auth_login.connect(
        options(auth={"auth_url": URL, "token": "s3cr3t", "username": "not sent", **PROJECT})
    )
    assert keystone.bodies == [
        {
            "identity": {"methods": ["token"], "token": {"id": "s3cr3t"}},
            "scope": {"project": {"name": "demo", "domain": {"name": "Default"}}},
        }
    ]
    assert connection.secrets == {"s3cr3t", TOKEN_ID}
    assert len(keystone.mock.request_history) == 1


def test_an_auth_url_without_version(keystone: Keystone) -> None:
    unversioned = URL[: -len("/v3")]
    keystone.mock.get(unversioned, json={"versions": {"values": [version_document(URL)]}}, status_code=300)
    auth_login.connect(options(auth={**USER, **PROJECT, "auth_url": unversioned}))
    auth_login.connect(options(auth={"auth_url": unversioned, "token": "s3cr3t", **PROJECT}))
    assert [request.method for request in keystone.mock.request_history] == ["GET", "POST", "POST"]


def test_application_credential_sends_no_project(keystone: Keystone) -> None:
    credential = {"auth_url": URL, "application_credential_id": "ac1", "application_credential_secret": "s3cr3t"}
    connection = auth_login.connect(options(auth={**credential, **PROJECT}))
    assert keystone.bodies == [
        {
            "identity": {
                "methods": ["application_credential"],
                "application_credential": {"id": "ac1", "secret": "s3cr3t"},
            }
        }
    ]
    assert connection.secrets == {"s3cr3t", TOKEN_ID}
    assert len(keystone.mock.request_history) == 1


def test_application_credential_by_name_and_user(keystone: Keystone) -> None:
    named = {
        "auth_url": URL,
        "application_credential_name": "ci",
        "application_credential_secret": "s3cr3t",
        "username": "backup",
        "domain_name": "Default",
    }
    keystone.token["project"]["domain"] = {"id": "x", "name": "the domain of the user is not that of the project"}
    auth_login.connect(options(auth=named))
    assert keystone.bodies[0]["identity"]["application_credential"] == {
        "name": "ci",
        "secret": "s3cr3t",
        "user": {"name": "backup", "domain": {"name": "Default"}},
    }


@pytest.mark.usefixtures("keystone")
def test_the_project_of_an_application_credential_is_compared() -> None:
    text = refuse(
        WrongProjectError,
        options(
            auth={
                "auth_url": URL,
                "application_credential_id": "ac1",
                "application_credential_secret": "s3cr3t",
                "project_name": "other",
            }
        ),
    )
    assert "demo" in text
    assert "other" in text


@pytest.mark.parametrize(
    ("given_auth", "missing"),
    [
        ({key: value for key, value in COMPLETE.items() if key != "auth_url"}, ["auth_url"]),
        (
            {key: value for key, value in COMPLETE.items() if key != "password"},
            ["password", "token", "application_credential_secret"],
        ),
        ({**COMPLETE, "password": ""}, ["password"]),
        ({key: value for key, value in COMPLETE.items() if key != "username"}, ["username or user_id"]),
        (
            {key: value for key, value in COMPLETE.items() if key != "user_domain_name"},
            ["user_domain_name or user_domain_id"],
        ),
        (USER, ["project_name or project_id"]),
        ({**USER, "project_name": "demo"}, ["project_domain_name or project_domain_id"]),
        ({"auth_url": URL, "token": "s3cr3t"}, ["project_name or project_id"]),
        ({"auth_url": URL, "application_credential_id": "ac1"}, ["application_credential_secret"]),
        ({"auth_url": URL, "application_credential_secret": "s3cr3t"}, ["application_credential_id"]),
        (
            {"auth_url": URL, "application_credential_name": "ci", "application_credential_secret": "s3cr3t"},
            ["username or user_id"],
        ),
        ({}, ["auth_url", "password", "username or user_id", "project_name or project_id"]),
    ],
)
def test_incomplete_auth_is_never_completed(
    keystone: Keystone, monkeypatch: pytest.MonkeyPatch, given_auth: dict[str, str], missing: list[str]
) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    text = refuse(InputError, options(auth=given_auth))
    for item in missing:
        assert item in text
    assert not keystone.mock.request_history


@pytest.mark.parametrize(
    "given_options",
    [
        {"auth": {**COMPLETE, "token": "s3cr3t"}},
        {"auth": COMPLETE, "auth_type": "v3applicationcredential"},
        {"auth": COMPLETE, "auth_type": "v3oidcpassword"},
        {"auth": COMPLETE, "auth_type": "no-such-type"},
        {"auth": {**COMPLETE, "auth_url": f"http://backup:{PASSWORD}@keystone.test/v3"}},
        {"auth": {**COMPLETE, "auth_url": "keystone.test:5000"}},
        {"auth": COMPLETE, "ca_cert": "/does/not/exist.pem"},
        {"auth": COMPLETE, "client_cert": "/does/not/exist.pem"},
        {"auth": COMPLETE, "client_key": __file__},
        {"auth": COMPLETE, "api_timeout": 0},
    ],
)
def test_what_contradicts_itself_fails_before_any_request(
    keystone: Keystone, given_options: dict[str, typing.Any]
) -> None:
    refuse(InputError, options(**given_options))
    assert not keystone.mock.request_history


@pytest.mark.usefixtures("keystone")
def test_session_settings() -> None:
    session = auth_login.connect(options(auth=COMPLETE)).session
    assert (session.verify, session.cert, session.timeout) == (True, None, None)
    session = auth_login.connect(
        options(auth=COMPLETE, ca_cert=__file__, client_cert=__file__, client_key=__file__, api_timeout=7)
    ).session
    assert (session.verify, session.cert, session.timeout) == (__file__, (__file__, __file__), 7.0)
    session = auth_login.connect(options(auth=COMPLETE, ca_cert=__file__, verify=False, cert=__file__)).session
    assert (session.verify, session.cert) == (False, __file__)


@pytest.mark.parametrize(
    "proxy",
    [
        "http://scott:tiger-word@127.0.0.1:99999",
        "http://scott:tiger-#word@127.0.0.1:9",
        "scott:tiger-word@127.0.0.1:9",
        "http://scott:tiger-word@127.0.0.1:9",
    ],
)
def test_user_and_password_of_a_proxy_are_never_shown(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    for name in ("NO_PROXY", "no_proxy", "all_proxy", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", proxy)
    text = refuse(LoginError, options(auth={**COMPLETE, "auth_url": "http://keystone.invalid:5000/v3"}))
    assert "scott" not in text
    assert "tiger" not in text
    assert ("ALL_PROXY, is malformed" in text) == (proxy != "http://scott:tiger-word@127.0.0.1:9")
