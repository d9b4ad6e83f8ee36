# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection after the login: project, errors of Keystone, name of the cloud, no secret in a text."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest
import requests
import requests_mock
from unit.plugins.module_utils._openstack.keystone import (
    COMPLETE,
    PASSWORD,
    PROJECT_ID,
    TOKEN_ID,
    URL,
    USER,
    Keystone,
    options,
    refuse,
    write_clouds,
)

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import (
    LoginError,
    WrongProjectError,
)
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.configuration import Configuration


def fault(status: int, message: str) -> dict[str, typing.Any]:
    """Return an error as Keystone words it; without the content type keystoneauth1 would not read the message."""
    return {
        "status_code": status,
        "json": {"error": {"message": message, "code": status, "title": "-"}},
        "headers": {"Content-Type": "application/json"},
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"project_id": "b" * 32},
        {"project_name": "other", "domain_name": "Default"},
        {"project_name": "demo", "domain_name": "Other"},
        {"project_id": PROJECT_ID, "project_name": "other"},
    ],
)
def test_a_token_of_another_project_fails_before_any_other_call(keystone: Keystone, asked: dict[str, str]) -> None:
    text = refuse(WrongProjectError, options(auth={**USER, **asked}))
    assert PROJECT_ID in text
    assert all(value in text for key, value in asked.items() if key != "domain_name" or value != "Default")
    assert len(keystone.mock.request_history) == 2


@pytest.mark.parametrize(
    ("scope", "word"),
    [
        ({}, "nothing"),
        ({"domain": {"id": "default", "name": "Default"}}, "the domain Default"),
        ({"system": {"all": True}}, "the whole system"),
    ],
)
def test_a_token_of_no_project_fails(keystone: Keystone, scope: dict[str, typing.Any], word: str) -> None:
    del keystone.token["project"]
    keystone.token.update(scope)
    assert word in refuse(WrongProjectError, options(cloud={"auth": USER}))


@pytest.mark.usefixtures("keystone")
def test_nothing_asked_for_means_the_project_of_the_token() -> None:
    assert auth_login.connect(options(cloud={"auth": USER})).project_id == PROJECT_ID


def test_401_names_user_project_and_url(keystone: Keystone) -> None:
    keystone.mock.post(f"{URL}/auth/tokens", **fault(401, f"not {PASSWORD}"))
    text = refuse(LoginError, options(auth=COMPLETE))
    for word in ("backup", "demo", "Default", URL, "401", "not ********"):
        assert word in text
    keystone.mock.post(f"{URL}/auth/tokens", **fault(401, "not s3cr3t"))
    refused = refuse(LoginError, options(auth={"auth_url": URL, "token": "s3cr3t", "project_id": PROJECT_ID}))
    assert "the token" in refused
    refused = refuse(
        LoginError,
        options(auth={"auth_url": URL, "application_credential_id": "ac1", "application_credential_secret": "s3cr3t"}),
    )
    assert "application credential ac1" in refused


def test_no_such_project_where_keystone_says_so(keystone: Keystone) -> None:
    keystone.mock.post(f"{URL}/auth/tokens", **fault(401, "Could not find project: demo."))
    assert "knows no project demo" in refuse(LoginError, options(auth=COMPLETE))


@pytest.mark.parametrize("path", ["", "/v3"])
@pytest.mark.parametrize(
    ("exception", "word"),
    [
        (requests.exceptions.ConnectionError("refused"), "cannot be reached"),
        (requests.exceptions.ConnectTimeout("slow"), "timed out"),
        (requests.exceptions.SSLError("certificate verify failed: self-signed"), "ca_cert"),
        (requests.exceptions.ChunkedEncodingError("cut off"), "cut off"),
    ],
)
def test_a_connection_that_fails_names_the_url_and_the_reason(
    keystone: Keystone, path: str, exception: Exception, word: str
) -> None:
    keystone.mock.register_uri(requests_mock.ANY, requests_mock.ANY, exc=exception)
    url = f"http://keystone.test:5000{path}"
    text = refuse(LoginError, options(auth={**COMPLETE, "auth_url": url}))
    assert url in text
    assert word in text
    assert len(keystone.mock.request_history) <= 2


@pytest.mark.parametrize(
    "answer",
    [
        {"status_code": 404},
        {"text": "<html>hello</html>"},
        {"json": {}},
        {"json": 1},
        {"json": {"token": {}}},
        fault(500, f"{PASSWORD} broke"),
        fault(400, f"{PASSWORD} is not of type"),
    ],
)
def test_an_answer_that_is_no_token_is_a_login_error(keystone: Keystone, answer: dict[str, typing.Any]) -> None:
    keystone.mock.post(f"{URL}/auth/tokens", **answer)
    assert URL in refuse(LoginError, options(auth=COMPLETE))


@pytest.mark.usefixtures("keystone")
def test_a_cloud_is_known_by_the_name_under_which_it_is_found_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_clouds(tmp_path / "clouds.yaml", production={"auth": COMPLETE})
    assert auth_login.connect(options(cloud="production")).cloud == "production"
    assert auth_login.connect(options()).cloud == "production"
    assert auth_login.connect(options(auth=COMPLETE)).cloud is None
    assert auth_login.connect(options(cloud={"auth": COMPLETE})).cloud is None
    for key, value in COMPLETE.items():
        monkeypatch.setenv(f"OS_{key.upper()}", value)
    found = auth_login.connect(options()).cloud
    assert found is not None
    assert auth_login.connect(options(cloud=found)).cloud == found


@pytest.mark.usefixtures("keystone")
def test_no_repr_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    connection = auth_login.connect(options(cloud={"auth": COMPLETE}))
    texts = [
        repr(connection),
        str(connection),
        caplog.text,
        repr(Configuration("auth", None, "password", {"password": PASSWORD}, None, "public", True, None, None)),
    ]
    assert caplog.text
    for text in texts:
        assert PASSWORD not in text
        assert TOKEN_ID not in text
