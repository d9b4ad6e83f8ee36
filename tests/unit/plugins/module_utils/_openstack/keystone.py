# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Keystone played by requests-mock, and the options of a task that logs in to it.

It takes the place of the network below keystoneauth1, so that all code under test is the real one.
"""

from __future__ import annotations

import typing
from pathlib import Path

import pytest
import requests_mock
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import (
    BackupError,
)
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import options as auth_options

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
        """Return the bodies of the requests for a token."""
        return [request.json()["auth"] for request in self.mock.request_history if request.method == "POST"]


def write_clouds(path: Path, **clouds: typing.Any) -> None:
    """Write a clouds.yaml."""
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
