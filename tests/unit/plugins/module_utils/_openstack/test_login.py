# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options: which road they take, what is sent to Keystone, which project and which endpoint come out.

Keystone is played by requests-mock below keystoneauth1, so nothing of the code under test is replaced.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import requests_mock
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given
from hypothesis import strategies as st
from openstack.config import loader as sdk_loader

from ansible_collections.openprotect.backup.plugins.doc_fragments._auth import ModuleDocFragment
from ansible_collections.openprotect.backup.plugins.module_utils._core import secrets as auth_secrets
from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import (
    BackupError,
    EndpointError,
    InputError,
    LoginError,
    WrongProjectError,
)
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import options as auth_options
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.configuration import Configuration

URL = "http://keystone.test:5000/v3"
PASSWORD = "correct-horse"
TOKEN_ID = "gAAAA-issued-token"
PROJECT_ID = "4dfe98a43bfa404785a812020066b4d6"
WLM = "http://wlm.test:8781/v1"

USER = {"auth_url": URL, "username": "backup", "password": PASSWORD, "user_domain_name": "Default"}
PROJECT = {"project_name": "demo", "project_domain_name": "Default"}
HOSTILE = {
    "OS_AUTH_URL": "http://evil.test:5000/v3",
    "OS_USERNAME": "evil",
    "OS_PASSWORD": "evil-password",
    "OS_USER_DOMAIN_NAME": "Evil",
    "OS_PROJECT_NAME": "evil",
    "OS_PROJECT_ID": "0" * 32,
    "OS_PROJECT_DOMAIN_NAME": "Evil",
    "OS_REGION_NAME": "evil",
    "OS_INTERFACE": "admin",
}


def options(**given_options: typing.Any) -> dict[str, typing.Any]:
    """Return options as AnsibleModule hands them on: through the argument spec, all names there, None where nothing was given."""
    result = ArgumentSpecValidator(auth_options.argument_spec()).validate(given_options)
    assert not result.error_messages
    return dict(result.validated_parameters)


COMPLETE = {**USER, **PROJECT}


def project_token() -> dict[str, typing.Any]:
    """Return the body of a token of the project C(demo), as Keystone v3 issues it."""
    default = {"id": "default", "name": "Default"}
    return {
        "methods": ["password"],
        "user": {"id": "u" * 32, "name": "backup", "domain": default, "password_expires_at": None},
        "audit_ids": ["kLbOYvRTTFa6sKwFoIWAAA"],
        "expires_at": "2126-11-20T12:00:00.000000Z",
        "issued_at": "2026-11-20T11:00:00.000000Z",
        "project": {"id": PROJECT_ID, "name": "demo", "domain": default},
        "is_domain": False,
        "roles": [{"id": "r1", "name": "member"}],
        "catalog": [],
    }


def version_document(url: str) -> dict[str, typing.Any]:
    """Return what Keystone says of its v3 API at that URL."""
    return {
        "id": "v3.14",
        "status": "stable",
        "updated": "2020-04-07T00:00:00Z",
        "links": [{"rel": "self", "href": url}],
        "media-types": [],
    }


class Keystone:
    """A Keystone with one answer; it remembers what was asked."""

    def __init__(self, mock: requests_mock.Mocker) -> None:
        self.mock = mock
        self.token = project_token()
        mock.get(URL, json={"version": version_document(URL)})
        mock.post(
            f"{URL}/auth/tokens",
            json=lambda _request, _context: {"token": self.token},
            headers={"X-Subject-Token": TOKEN_ID},
        )

    def add(self, service_type: str, url: str, region: str = "RegionOne", interface: str = "public") -> None:
        """Put one more service with one endpoint into the catalog."""
        endpoint = {
            "id": f"{service_type}-{region}",
            "interface": interface,
            "region": region,
            "region_id": region,
            "url": url,
        }
        self.token["catalog"].append(
            {"id": service_type, "type": service_type, "name": service_type, "endpoints": [endpoint]}
        )

    @property
    def bodies(self) -> list[dict[str, typing.Any]]:
        return [request.json()["auth"] for request in self.mock.request_history if request.method == "POST"]


@pytest.fixture(autouse=True)
def bare_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no file of the machine that runs the test counts."""
    for name in list(os.environ):
        if name.startswith(("OS_", "OPENPROTECT_")):
            monkeypatch.delenv(name)
    for files, stem in (("CONFIG_FILES", "clouds"), ("SECURE_FILES", "secure"), ("VENDOR_FILES", "clouds-public")):
        monkeypatch.setattr(sdk_loader, files, [str(tmp_path / f"{stem}.yaml")])


@pytest.fixture
def keystone() -> Iterator[Keystone]:
    with requests_mock.Mocker() as mock:
        yield Keystone(mock)


def fault(status: int, message: str) -> dict[str, typing.Any]:
    """Return an error as Keystone words it; without the content type keystoneauth1 would not read the message."""
    return {
        "status_code": status,
        "json": {"error": {"message": message, "code": status, "title": "-"}},
        "headers": {"Content-Type": "application/json"},
    }


def write_clouds(path: Path, **clouds: typing.Any) -> None:
    path.write_text(yaml.safe_dump({"clouds": clouds}), encoding="utf-8")


def refuse(error: type[BackupError], given_options: dict[str, typing.Any]) -> str:
    """Connect, expect exactly that error, and return its text, in which no secret of these tests may stand."""
    with pytest.raises(error) as caught:
        auth_login.connect(given_options)
    assert caught.type is error
    text = str(caught.value)
    for secret in (PASSWORD, TOKEN_ID, "evil-password", "s3cr3t"):
        assert secret not in text
    return text


# --- complete auth, alone ----------------------------------------------------------------------------------------------------------


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
    """In a process of its own, since this one has imported it already."""
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
    assert "openstacksdk" in missing


def test_an_empty_name_of_a_cloud_is_no_cloud(keystone: Keystone, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that comes out empty must not open the door to the environment."""
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


# --- clouds.yaml, dictionaries, the environment --------------------------------------------------------------------------------------


def test_named_cloud_with_secure_file(keystone: Keystone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    public = {key: value for key, value in COMPLETE.items() if key != "password"}
    write_clouds(
        tmp_path / "clouds.yaml",
        prod={
            "auth": public,
            "region_name": "RegionTwo",
            "interface": "internal",
            "api_timeout": 9,
            "cacert": __file__,
        },
        other={"auth": {"auth_url": "http://other.test/v3"}},
    )
    write_clouds(tmp_path / "secure.yaml", prod={"auth": {"password": PASSWORD}})
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    connection = auth_login.connect(options(cloud="prod"))
    (body,) = keystone.bodies
    assert body["identity"]["password"]["user"] == {
        "name": "backup",
        "domain": {"name": "Default"},
        "password": PASSWORD,
    }
    assert body["scope"] == {"project": {"name": "demo", "domain": {"name": "Default"}}}
    assert (connection.region_name, connection.interface) == ("RegionTwo", "internal")
    assert (connection.session.verify, connection.session.timeout) == (__file__, 9.0)
    assert len(keystone.mock.request_history) == 2


@pytest.mark.usefixtures("keystone")
def test_options_win_over_the_cloud(tmp_path: Path) -> None:
    write_clouds(
        tmp_path / "clouds.yaml",
        prod={
            "auth": COMPLETE,
            "region_name": "RegionTwo",
            "interface": "internal",
            "api_timeout": 9,
            "insecure": True,
        },
    )
    connection = auth_login.connect(
        options(
            cloud="prod",
            region_name="RegionOne",
            interface="admin",
            api_timeout=5,
            validate_certs=True,
            ca_cert=__file__,
        )
    )
    assert (connection.region_name, connection.interface) == ("RegionOne", "admin")
    assert (connection.session.verify, connection.session.timeout) == (__file__, 5.0)
    assert auth_login.connect(options(cloud="prod")).session.verify is False


def test_several_regions_are_never_guessed(keystone: Keystone, tmp_path: Path) -> None:
    write_clouds(
        tmp_path / "clouds.yaml",
        prod={"auth": COMPLETE, "regions": ["north", {"name": "south", "values": {"api_timeout": 3}}]},
    )
    text = refuse(InputError, options(cloud="prod"))
    assert "north, south" in text
    refuse(InputError, options(cloud="prod", region_name="west"))
    assert not keystone.mock.request_history
    connection = auth_login.connect(options(cloud="prod", region_name="south"))
    assert (connection.region_name, connection.session.timeout) == ("south", 3.0)


def test_unknown_cloud_names_the_known_ones(
    keystone: Keystone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {**HOSTILE, "OS_AUTH_URL": URL}.items():
        monkeypatch.setenv(name, value)
    assert "none" in refuse(InputError, options(cloud="prdo"))
    write_clouds(tmp_path / "clouds.yaml", prod={"auth": COMPLETE}, lab={"auth": COMPLETE})
    text = refuse(InputError, options(cloud="prdo"))
    assert "prdo" in text
    assert "lab, prod" in text
    monkeypatch.setenv("OS_CLOUD", "prdo")
    assert "lab, prod" in refuse(InputError, options())
    assert not keystone.mock.request_history


@pytest.mark.parametrize(
    "cloud",
    [
        json.dumps({"auth": {"password": "s3cr3t"}}),
        str({"auth": {"password": "s3cr3t"}}),
        "auth:\n  password: s3cr3t",
        ["s3cr3t"],
    ],
)
def test_a_cloud_that_is_no_name_is_not_echoed(keystone: Keystone, cloud: typing.Any) -> None:
    refuse(InputError, options(cloud=cloud))
    assert not keystone.mock.request_history


def test_dictionary_cloud_is_taken_alone(keystone: Keystone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OS_CLOUD", "evil")
    write_clouds(
        tmp_path / "clouds.yaml",
        evil={"auth": {"auth_url": "http://evil.test"}},
        cloud={"auth": {"project_name": "evil"}},
    )
    write_clouds(tmp_path / "secure.yaml", cloud={"auth": {"password": "evil-password"}})
    cloud = {"auth": {**COMPLETE, "password": 12345}, "region_name": "RegionTwo", "verify": False}
    before = copy.deepcopy(cloud)
    connection = auth_login.connect(options(cloud=cloud))
    assert cloud == before
    (body,) = keystone.bodies
    assert body["identity"]["password"]["user"]["password"] == "12345"
    assert body["scope"] == {"project": {"name": "demo", "domain": {"name": "Default"}}}
    assert (connection.region_name, connection.interface, connection.session.verify) == ("RegionTwo", "public", False)


@pytest.mark.usefixtures("keystone")
def test_dictionary_cloud_is_not_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    text = refuse(
        InputError, options(cloud={"auth": {key: value for key, value in COMPLETE.items() if key != "password"}})
    )
    assert "Missing: password" in text


@pytest.mark.usefixtures("keystone")
def test_dictionary_cloud_reads_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("- a", encoding="utf-8")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(broken))
    (tmp_path / "clouds-public.yaml").write_text(
        yaml.safe_dump({"public-clouds": {"ovh-us": {"interface": "admin"}}}), encoding="utf-8"
    )
    assert (
        auth_login.connect(
            options(cloud={"profile": "ovh-us", "auth": COMPLETE, "region_name": "US-EAST-VA"})
        ).interface
        == "public"
    )


@pytest.mark.usefixtures("keystone")
def test_dictionary_cloud_with_profile() -> None:
    connection = auth_login.connect(options(cloud={"profile": "ovh-us", "auth": COMPLETE, "region_name": "US-EAST-VA"}))
    assert (connection.project_id, connection.region_name) == (PROJECT_ID, "US-EAST-VA")
    assert auth_login.connect(options(cloud={"profile": "ovh-us", "auth": COMPLETE})).region_name is None


MALFORMED: list[dict[str, typing.Any]] = [
    {"auth": "s3cr3t"},
    {"auth": COMPLETE, "regions": [{"nam": "s3cr3t"}]},
    {"auth": COMPLETE, "note": "{s3cr3t}"},
    {"auth": COMPLETE, "api_timeout": "soon"},
    {"auth": COMPLETE, "interface": "private"},
]


@pytest.mark.parametrize("cloud", MALFORMED)
def test_a_malformed_cloud_fails_in_words(keystone: Keystone, cloud: dict[str, typing.Any]) -> None:
    refuse(InputError, options(cloud=cloud))
    assert not keystone.mock.request_history


def test_a_misspelt_key_of_auth_fails(keystone: Keystone) -> None:
    text = refuse(InputError, options(cloud={"auth": {**USER, "project_nmae": "demo"}}))
    assert "project_nmae" in text
    assert not keystone.mock.request_history


def test_environment(keystone: Keystone, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in COMPLETE.items():
        monkeypatch.setenv(f"OS_{key.upper()}", value)
    monkeypatch.setenv("OS_REGION_NAME", "RegionTwo")
    monkeypatch.setenv("OS_INTERFACE", "internal")
    connection = auth_login.connect(options())
    (body,) = keystone.bodies
    assert body["identity"]["password"]["user"] == {
        "name": "backup",
        "domain": {"name": "Default"},
        "password": PASSWORD,
    }
    assert body["scope"] == {"project": {"name": "demo", "domain": {"name": "Default"}}}
    assert (connection.region_name, connection.interface) == ("RegionTwo", "internal")
    assert connection.secrets == {PASSWORD, TOKEN_ID}


def test_environment_with_a_default_domain(keystone: Keystone, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in {
        "AUTH_URL": URL,
        "USERNAME": "backup",
        "PASSWORD": PASSWORD,
        "PROJECT_NAME": "demo",
        "DEFAULT_DOMAIN_NAME": "Default",
    }.items():
        monkeypatch.setenv(f"OS_{key}", value)
    auth_login.connect(options())
    (body,) = keystone.bodies
    assert body["identity"]["password"]["user"]["domain"] == {"name": "Default"}
    assert body["scope"] == {"project": {"name": "demo", "domain": {"name": "Default"}}}


def test_environment_with_application_credential_and_braces(
    keystone: Keystone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in {
        "AUTH_URL": URL,
        "APPLICATION_CREDENTIAL_ID": "ac1",
        "APPLICATION_CREDENTIAL_SECRET": "s3{cr}3t",
        "USER_DOMAIN_NAME": "D",
    }.items():
        monkeypatch.setenv(f"OS_{key}", value)
    auth_login.connect(options())
    assert keystone.bodies[0]["identity"]["application_credential"] == {"id": "ac1", "secret": "s3{cr}3t"}


@pytest.mark.usefixtures("keystone")
def test_nothing_given_and_nothing_there() -> None:
    assert "Nothing says where to log in" in refuse(InputError, options())


@pytest.mark.usefixtures("keystone")
def test_single_cloud_of_the_file(tmp_path: Path) -> None:
    write_clouds(tmp_path / "clouds.yaml", only={"auth": COMPLETE})
    assert auth_login.connect(options()).project_name == "demo"


@pytest.mark.usefixtures("keystone")
def test_one_of_several_clouds_must_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_clouds(tmp_path / "clouds.yaml", one={"auth": {}}, two={"auth": COMPLETE})
    assert "one, two" in refuse(InputError, options())
    monkeypatch.setenv("OS_CLOUD", "two")
    assert auth_login.connect(options()).project_name == "demo"


def test_the_built_in_credential_of_awx(keystone: Keystone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "awx_credential"
    write_clouds(
        file,
        devstack={
            "auth": {
                "auth_url": URL,
                "username": "backup",
                "password": PASSWORD,
                "project_name": "demo",
                "domain_name": "Default",
            },
            "verify": False,
        },
    )
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(file))
    connection = auth_login.connect(options())
    (body,) = keystone.bodies
    assert body["identity"]["password"]["user"]["domain"] == {"name": "Default"}
    assert body["scope"] == {"project": {"name": "demo", "domain": {"name": "Default"}}}
    assert connection.session.verify is False


@pytest.mark.parametrize("content", [None, "", "{broken", "clouds: null\n", "- a\n"])
def test_a_named_file_that_cannot_be_read_is_not_replaced_by_another(
    keystone: Keystone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    write_clouds(tmp_path / "clouds.yaml", devstack={"auth": COMPLETE})
    file = tmp_path / "awx_credential.yaml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(file))
    refuse(InputError, options())
    refuse(InputError, options(cloud="devstack"))
    assert not keystone.mock.request_history


# --- auth laid over a cloud --------------------------------------------------------------------------------------------------------


def test_a_project_in_auth_replaces_all_scope_of_the_cloud(keystone: Keystone, tmp_path: Path) -> None:
    write_clouds(
        tmp_path / "clouds.yaml",
        prod={
            "auth": {**USER, "project_id": "a" * 32, "project_domain_id": "other", "system_scope": "all"},
            "project_name": "top",
            "domain_id": "x",
        },
    )
    auth_login.connect(options(cloud="prod", auth=PROJECT))
    (body,) = keystone.bodies
    assert body["scope"] == {"project": {"name": "demo", "domain": {"name": "Default"}}}
    assert body["identity"]["password"]["user"]["name"] == "backup"


def test_a_project_without_its_domain_does_not_borrow_that_of_the_cloud(keystone: Keystone, tmp_path: Path) -> None:
    write_clouds(tmp_path / "clouds.yaml", prod={"auth": COMPLETE})
    assert "project_domain_name" in refuse(InputError, options(cloud="prod", auth={"project_name": "demo"}))
    assert "auth names no project" in refuse(InputError, options(cloud="prod", auth={"domain_name": "Default"}))
    auth_login.connect(options(cloud="prod", auth={"project_name": "demo", "domain_name": "Default"}))
    assert keystone.bodies[0]["scope"] == {"project": {"name": "demo", "domain": {"name": "Default"}}}


def test_a_user_in_auth_replaces_that_of_the_cloud(keystone: Keystone, tmp_path: Path) -> None:
    write_clouds(
        tmp_path / "clouds.yaml", prod={"auth": {"auth_url": URL, "user_id": "f" * 32, "password": "old", **PROJECT}}
    )
    auth_login.connect(
        options(cloud="prod", auth={"username": "backup", "user_domain_name": "Default", "password": PASSWORD})
    )
    assert keystone.bodies[0]["identity"]["password"]["user"] == {
        "name": "backup",
        "domain": {"name": "Default"},
        "password": PASSWORD,
    }


def test_old_names_of_keys_are_understood(keystone: Keystone) -> None:
    cloud = {
        "auth": {
            "auth_url": URL,
            "user_name": "backup",
            "password": PASSWORD,
            "user_domain_name": "Default",
            "tenant_name": "demo",
            "domain-name": "Default",
        }
    }
    auth_login.connect(options(cloud=cloud))
    assert keystone.bodies[0]["identity"]["password"]["user"]["name"] == "backup"
    assert keystone.bodies[0]["scope"] == {"project": {"name": "demo", "domain": {"name": "Default"}}}


def test_other_credentials_in_auth_bring_their_auth_type(keystone: Keystone, tmp_path: Path) -> None:
    credential = {"auth_url": URL, "application_credential_id": "ac1", "application_credential_secret": "s3cr3t"}
    write_clouds(
        tmp_path / "clouds.yaml",
        app={"auth_type": "v3applicationcredential", "auth": credential},
        prod={"auth": COMPLETE},
    )
    auth_login.connect(options(cloud="app", auth={key: value for key, value in COMPLETE.items() if key != "auth_url"}))
    auth_login.connect(options(cloud="prod", auth={"token": "s3cr3t"}))
    auth_login.connect(
        options(cloud="prod", auth={key: value for key, value in credential.items() if key != "auth_url"})
    )
    assert [body["identity"]["methods"] for body in keystone.bodies] == [
        ["password"],
        ["token"],
        ["application_credential"],
    ]
    assert "scope" not in keystone.bodies[2]


def test_an_application_credential_of_a_cloud_is_recognised_and_compared(keystone: Keystone) -> None:
    credential = {"auth_url": URL, "application_credential_id": "ac1", "application_credential_secret": "s3cr3t"}
    auth_login.connect(options(cloud={"auth": credential}))
    assert keystone.bodies[0]["identity"]["methods"] == ["application_credential"]
    assert "other" in refuse(WrongProjectError, options(cloud={"auth": credential}, auth={"project_name": "other"}))


# --- what Keystone answers ---------------------------------------------------------------------------------------------------------


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


# --- endpoints ---------------------------------------------------------------------------------------------------------------------


def test_types_are_tried_in_order_and_exactly(keystone: Keystone) -> None:
    keystone.add("workloadmgr", "http://second.test/v1/x")
    keystone.add("workload", "http://wrong.test/v1/x")
    assert auth_login.connect(options(auth=COMPLETE)).workloadmgr_url() == f"http://second.test/v1/{PROJECT_ID}"
    keystone.add("workloads", f"{WLM}/x/")
    connection = auth_login.connect(options(auth=COMPLETE))
    assert connection.endpoint("workloads", "workloadmgr") == f"{WLM}/x"
    assert connection.workloadmgr_url() == f"{WLM}/{PROJECT_ID}"


def test_aliases_of_a_type_are_not_taken(keystone: Keystone) -> None:
    keystone.add("volumev3", "http://cinder.test/v3/x")
    connection = auth_login.connect(options(auth=COMPLETE))
    with pytest.raises(EndpointError):
        connection.endpoint("block-storage")
    assert connection.endpoint("block-storage", "volumev3") == "http://cinder.test/v3/x"


def test_several_regions_need_a_choice(keystone: Keystone) -> None:
    keystone.add("workloads", f"{WLM}/x", region="north")
    keystone.add("workloads", "http://south.test/v1/x", region="south")
    with pytest.raises(EndpointError, match="north, south"):
        auth_login.connect(options(auth=COMPLETE)).workloadmgr_url()
    assert (
        auth_login.connect(options(auth=COMPLETE, region_name="south")).workloadmgr_url()
        == f"http://south.test/v1/{PROJECT_ID}"
    )


def test_no_other_region_and_no_other_interface_is_taken(keystone: Keystone) -> None:
    keystone.add("workloads", f"{WLM}/x", region="north", interface="internal")
    keystone.add("identity", URL, region="south")
    with pytest.raises(EndpointError) as caught:
        auth_login.connect(options(auth=COMPLETE, region_name="south")).workloadmgr_url()
    for word in (
        "workloads or workloadmgr",
        "region south",
        "identity, workloads",
        "workloads is there in region north, interface internal",
    ):
        assert word in str(caught.value)
    with pytest.raises(EndpointError):
        auth_login.connect(options(auth=COMPLETE, region_name="north")).workloadmgr_url()
    with pytest.raises(EndpointError):
        auth_login.connect(options(auth=COMPLETE, region_name="North", interface="internal")).workloadmgr_url()
    assert (
        auth_login.connect(options(auth=COMPLETE, region_name="north", endpoint_type="internal")).workloadmgr_url()
        == f"{WLM}/{PROJECT_ID}"
    )


@pytest.mark.usefixtures("keystone")
def test_an_empty_catalog_is_named() -> None:
    with pytest.raises(EndpointError, match="It holds: nothing"):
        auth_login.connect(options(auth=COMPLETE)).endpoint("compute")


def test_two_urls_in_one_region_are_ambiguous_and_one_url_twice_is_not(keystone: Keystone) -> None:
    keystone.add("compute", "http://nova.test/v2.1")
    keystone.add("compute", "http://nova.test/v2.1/")
    assert auth_login.connect(options(auth=COMPLETE)).endpoint("compute") == "http://nova.test/v2.1"
    keystone.add("compute", "http://other.test/v2.1")
    with pytest.raises(EndpointError, match="several"):
        auth_login.connect(options(auth=COMPLETE)).endpoint("compute")


@pytest.mark.parametrize(
    "placeholder", ["$(tenant_id)s", "%(tenant_id)s", "$(project_id)s", "%(project_id)s", "f" * 32, "", "/"]
)
def test_what_stands_behind_v1_is_the_project_of_the_token(keystone: Keystone, placeholder: str) -> None:
    keystone.add("workloads", f"{WLM}/{placeholder}")
    connection = auth_login.connect(options(auth=COMPLETE))
    assert connection.workloadmgr_url() == f"{WLM}/{PROJECT_ID}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://host:8781", "http://host:8781/v1"),
        ("http://host:8781/", "http://host:8781/v1"),
        ("https://host/v1", "https://host/v1"),
        ("https://host/v1/%(project_id)s/", "https://host/v1"),
        ("https://proxy/v1/trilio/v1/x", "https://proxy/v1/trilio/v1"),
        ("https://proxy/$(tenant_id)s/v1", f"https://proxy/{PROJECT_ID}/v1"),
    ],
)
@pytest.mark.usefixtures("keystone")
def test_endpoint_override(url: str, expected: str) -> None:
    assert (
        auth_login.connect(options(auth=COMPLETE, endpoint_override=url)).workloadmgr_url()
        == f"{expected}/{PROJECT_ID}"
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://host/trilio",
        "http://host/v2/x",
        "host:8781",
        "ftp://host/v1",
        f"http://a:{PASSWORD}@host/v1",
        "http://host/v1?x=1",
        "http://[x/v1",
    ],
)
@pytest.mark.usefixtures("keystone")
def test_an_override_that_is_no_url_of_workloadmgr_fails(url: str) -> None:
    with pytest.raises(EndpointError) as caught:
        auth_login.connect(options(auth=COMPLETE, endpoint_override=url)).workloadmgr_url()
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("url", ["http://host:8781", "http://host:8781/", "http://host:8781/v2/x"])
def test_a_catalog_without_v1_is_not_completed(keystone: Keystone, url: str) -> None:
    keystone.add("workloads", url)
    with pytest.raises(EndpointError, match="no /v1"):
        auth_login.connect(options(auth=COMPLETE)).workloadmgr_url()


# --- secrets -----------------------------------------------------------------------------------------------------------------------


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


def test_secret_values_leaves_out_what_is_harmless() -> None:
    cloud = {
        "auth": {**COMPLETE, "password": 12345, "passcode": "one-time"},
        "auth_type": "password",
        "regions": ["north", {"name": "south", "values": {"auth": {"token": "t0ken"}}}],
        "verify": False,
        "volume_api_version": "3",
        "compute-endpoint-override": "http://nova.test",
        "image_endpoint_override": "http://user:hidden@glance.test",
        "something_new": ["a-list", {"deep": 1.5}],
        "empty": "",
        "nothing": None,
    }
    assert auth_secrets.secret_values(cloud) == {
        "12345",
        "one-time",
        "t0ken",
        "http://user:hidden@glance.test",
        "a-list",
        "1.5",
    }


def test_secret_values_reads_strings() -> None:
    assert auth_secrets.secret_values("devstack") == set()
    assert auth_secrets.secret_values(None) == set()
    for text in (
        json.dumps({"auth": {"password": "s3cr3t", "username": "backup"}}),
        str({"auth": {"password": "s3cr3t", "username": "backup"}}),
    ):
        assert auth_secrets.secret_values(text) == {text, "s3cr3t"}
    assert auth_secrets.secret_values("{not readable") == {"{not readable"}


HARMLESS = st.sampled_from(sorted(auth_secrets.HARMLESS_KEYS))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HARMLESS | st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(max_size=8) | HARMLESS, TREES, max_size=4),
    st.text(min_size=1, max_size=12),
    st.text(min_size=1) | st.integers(),
)
def test_a_secret_is_found_wherever_it_hides(tree: dict[str, typing.Any], key: str, secret: typing.Any) -> None:
    hidden = {**tree, "outer": [{"auth": {f"my-{key}": [secret]}}]}
    found = auth_secrets.secret_values(hidden)
    assert str(secret) in found
    assert found >= auth_secrets.secret_values(tree) - auth_secrets.secret_values({"outer": tree.get("outer")})
    assert found.isdisjoint({"", "True", "False", "None"} - set(map(str, strings(hidden))))


@given(
    st.dictionaries(HARMLESS, st.text(alphabet=st.characters(exclude_characters="@")) | st.integers() | st.booleans())
)
def test_nothing_harmless_is_masked(tree: dict[str, typing.Any]) -> None:
    assert auth_secrets.secret_values({"auth": tree, **tree}) == set()


def strings(tree: typing.Any) -> Iterator[str]:
    """Yield all strings that are leaves of a tree."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list):
        for inner in tree:
            yield from strings(inner)
    elif isinstance(tree, str):
        yield tree


# --- argument spec and its documentation ------------------------------------------------------------------------------------------


def flat(tree: dict[str, typing.Any], inner: str) -> dict[str, tuple[typing.Any, ...]]:
    """Return type, choices, aliases and default of all options of a spec or of a documentation."""
    found = {}
    for name, option in tree.items():
        found[name] = (option["type"], option.get("choices"), option.get("aliases"), option.get("default"))
        found.update({f"{name}.{key}": value for key, value in flat(option.get(inner) or {}, inner).items()})
    return found


def test_the_documentation_says_what_the_argument_spec_says() -> None:
    documentation = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)
    assert flat(documentation["options"], "suboptions") == flat(auth_options.argument_spec(), "options")


def test_only_secrets_are_no_log() -> None:
    spec = auth_options.argument_spec()
    hidden = [name for name, option in [*spec.items(), *spec["auth"]["options"].items()] if option.get("no_log")]
    assert sorted(hidden) == ["application_credential_secret", "password", "token"]


def test_server_line_falls_back_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert options()["server_line"] == "auto"
    monkeypatch.setenv("OPENPROTECT_SERVER_LINE", "5")
    assert options()["server_line"] == "5"
    assert options(server_line=6)["server_line"] == "6"
