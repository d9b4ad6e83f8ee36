# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Login by `cloud` and `auth` together: `auth` overrides the cloud."""

from __future__ import annotations

from pathlib import Path

from unit.plugins.module_utils._openstack.keystone import (
    COMPLETE,
    PASSWORD,
    PROJECT,
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
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login


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
