# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Login by the option `cloud` and by the environment: clouds.yaml, dictionaries and variables."""

from __future__ import annotations

import copy
import getpass
import json
import platform
import typing
from pathlib import Path

import pytest
import yaml
from unit.plugins.module_utils._openstack.keystone import (
    COMPLETE,
    HOSTILE,
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
    InputError,
    WrongProjectError,
)
from ansible_collections.openprotect.backup.plugins.module_utils._core.this_host import CALL_DIRECTORY
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login


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
    assert text.startswith(f"There is no cloud prdo. Did you mean prod? Known clouds: lab, prod (in {tmp_path}/clouds")
    monkeypatch.setenv("OS_CLOUD", "prdo")
    assert "lab, prod" in refuse(InputError, options())
    assert not keystone.mock.request_history


def test_a_file_of_the_directory_of_the_call_comes_first(
    keystone: Keystone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    call = tmp_path / "call"
    call.mkdir()
    monkeypatch.setenv(CALL_DIRECTORY, str(call))
    text = refuse(InputError, options(cloud="prod"))
    assert f" finds no clouds.yaml in {call}, {tmp_path})" in text
    assert f"the user {getpass.getuser()} on {platform.node()} finds" in text
    write_clouds(tmp_path / "clouds.yaml", prod={"auth": {**COMPLETE, "username": "of-the-home"}})
    write_clouds(tmp_path / "secure.yaml", prod={"auth": {"password": "evil-password"}})
    auth_login.connect(options(cloud="prod"))
    public = {key: value for key, value in COMPLETE.items() if key != "password"}
    write_clouds(call / "clouds.yaml", prod={"auth": public, "cacert": "./ca.pem"})
    write_clouds(call / "secure.yaml", prod={"auth": {"password": PASSWORD}})
    (call / "ca.pem").touch()
    assert auth_login.connect(options(cloud="prod")).session.verify == f"{call}/./ca.pem"
    users = [body["identity"]["password"]["user"] for body in keystone.bodies]
    assert [(user["name"], user["password"]) for user in users] == [
        ("of-the-home", "evil-password"),
        ("backup", PASSWORD),
    ]


@pytest.mark.usefixtures("keystone")
def test_a_message_names_ten_clouds_at_most(tmp_path: Path) -> None:
    write_clouds(tmp_path / "clouds.yaml", **{f"c{number:02}": {"auth": COMPLETE} for number in range(13)})
    assert "Known clouds: c00, c01, " in (text := refuse(InputError, options(cloud="production")))
    assert "c08, c09 and 3 more (in " in text


@pytest.mark.usefixtures("keystone")
def test_a_relative_file_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(CALL_DIRECTORY, str(tmp_path))
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", "site.yaml")
    monkeypatch.setenv("OS_CLIENT_SECURE_FILE", "site-secure.yaml")
    text = refuse(InputError, options())
    assert f"OS_CLIENT_CONFIG_FILE: the user {getpass.getuser()} on {platform.node()} finds no file" in text
    assert f"{tmp_path}/site.yaml" in text
    write_clouds(tmp_path / "site.yaml", only={"auth": {**USER, "project_id": PROJECT_ID, "password": ""}})
    assert "OS_CLIENT_SECURE_FILE: " in refuse(InputError, options())
    write_clouds(tmp_path / "site-secure.yaml", only={"auth": {"password": PASSWORD}})
    assert auth_login.connect(options()).project_id == PROJECT_ID


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
    {"auth": COMPLETE, "regions": [{"nam": "north", "values": {"auth": {"password": "s3cr3t"}}}]},
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


@pytest.mark.parametrize("variable", [None, "OS_DEFAULT_DOMAIN"])
def test_domains_that_are_left_out_are_those_of_the_command_line(
    keystone: Keystone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str | None
) -> None:
    bare = {"auth_url": URL, "username": "backup", "password": PASSWORD, "project_name": "demo"}
    if variable is None:
        write_clouds(tmp_path / "clouds.yaml", only={"auth": bare})
    else:
        monkeypatch.setenv(variable, "default")
        for key, value in bare.items():
            monkeypatch.setenv(f"OS_{key.upper()}", value)
    assert auth_login.connect(options()).project_id == PROJECT_ID
    (body,) = keystone.bodies
    assert body["identity"]["password"]["user"]["domain"] == {"id": "default"}
    assert body["scope"] == {"project": {"name": "demo", "domain": {"id": "default"}}}


def test_a_domain_that_is_filled_in_is_compared_with_that_of_the_token(keystone: Keystone, tmp_path: Path) -> None:
    write_clouds(tmp_path / "clouds.yaml", only={"auth": {**USER, "project_name": "demo"}})
    keystone.token["project"]["domain"] = {"id": "c0ffee", "name": "customers"}
    assert "asked for was project demo, domain default" in refuse(WrongProjectError, options())


@pytest.mark.parametrize(
    ("option", "missing"),
    [
        ({"project_name": "demo"}, "project_domain_name or project_domain_id"),
        ({"username": "other"}, "user_domain_name or user_domain_id"),
    ],
)
def test_no_domain_is_filled_in_for_what_the_task_names(
    keystone: Keystone, tmp_path: Path, option: dict[str, str], missing: str
) -> None:
    bare = {"auth_url": URL, "username": "backup", "password": PASSWORD, "project_name": "shop"}
    write_clouds(tmp_path / "clouds.yaml", only={"auth": bare})
    assert f"Missing: {missing}." in refuse(InputError, options(cloud="only", auth=option))
    assert not keystone.mock.request_history


def test_no_domain_is_filled_in_for_a_token(keystone: Keystone) -> None:
    cloud = {"auth_type": "v3token", "auth": {"auth_url": URL, "token": "t0ken", "project_name": "demo"}}
    assert "Missing: project_domain_name or project_domain_id." in refuse(InputError, options(cloud=cloud))
    assert not keystone.mock.request_history
