# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways to log in, against the real Keystone.

workloadmgr is asked for the project that was meant, or it is not asked at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openstack
import pytest
import yaml
from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session
from openstack.config import loader
from support.module import Failed, run_module
from support.stand import Stand

REGION = "RegionOne"
ELSEWHERE = "RegionTwo"


@pytest.fixture(autouse=True)
def bare_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no file of the machine that runs the test counts."""
    for name in list(os.environ):
        if name.startswith(("OS_", "OPENPROTECT_")):
            monkeypatch.delenv(name)
    for files, stem in (("CONFIG_FILES", "clouds"), ("SECURE_FILES", "secure"), ("VENDOR_FILES", "clouds-public")):
        monkeypatch.setattr(loader, files, [str(tmp_path / f"{stem}.yaml")])


def session(auth: dict[str, Any]) -> Session:
    """Return a session of keystoneauth1, apart from the collection's own."""
    return Session(Password(**auth))


class Login:
    """Runs workload_info with some way to log in.

    :param stand: The cloud.
    """

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.names: dict[str, str] = {project_id: name for name, project_id in stand.env["projects"].items()}

    def project(self, **options: Any) -> str:
        """Return the name of the project that workloadmgr was asked for, which the task reports as its own."""
        mark = self.stand.emulator.mark()
        result = run_module("workload_info", options)
        asked = {each["project"] for each in self.stand.emulator.since(mark)}
        assert asked == {result["project_id"]}
        return self.names[result["project_id"]]

    def fails(self, **options: Any) -> Failed:
        """Run it where it must fail, and return how. Workloadmgr must not have been asked for anything."""
        mark = self.stand.emulator.mark()
        with pytest.raises(Failed) as caught:
            run_module("workload_info", options)
        assert self.stand.emulator.since(mark) == []
        return caught.value


@pytest.fixture
def login(stand: Stand) -> Login:
    return Login(stand)


class Catalog:
    """Keystone's catalog, in which a test has a region of its own.

    :param stand: The cloud.
    """

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.url = stand.env["auth_url"]
        self.session = session(stand.auth("admin"))
        self.made: list[str] = []
        self._create("regions", "region", id=ELSEWHERE)

    def _create(self, kind: str, wrapper: str, **values: Any) -> str:
        made = self.session.post(f"{self.url}/{kind}", json={wrapper: values}).json()[wrapper]
        self.made.append(f"{self.url}/{kind}/{made['id']}")
        return str(made["id"])

    def add(self, service_type: str, path: str = "/v1/$(project_id)s", interface: str = "public") -> None:
        """Put the emulator into the region, under that type."""
        service_id = self._create("services", "service", type=service_type, name=service_type)
        url = self.stand.emulator.url + path
        self._create("endpoints", "endpoint", service_id=service_id, interface=interface, region_id=ELSEWHERE, url=url)

    def restore(self) -> None:
        """Take out all that was put in."""
        for url in reversed(self.made):
            self.session.delete(url)


@pytest.fixture
def catalog(stand: Stand) -> Iterator[Catalog]:
    changed = Catalog(stand)
    yield changed
    changed.restore()


def write(path: Path, **clouds: Any) -> str:
    """Write a file of clouds and return its path."""
    path.write_text(yaml.safe_dump({"clouds": clouds}), encoding="utf-8")
    return str(path)


def variables(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    """Set the variables of the environment that hold these values of auth."""
    for key, value in values.items():
        monkeypatch.setenv(f"OS_{key.upper()}", value)


# ---- auth alone -----------------------------------------------------------------------------------------------------

HOSTILE = {
    "OS_PROJECT_NAME": "admin",
    "OS_PROJECT_ID": "{admin}",
    "OS_TENANT_NAME": "admin",
    "OS_TENANT_ID": "{admin}",
    "OS_DOMAIN_NAME": "Default",
    "OS_SYSTEM_SCOPE": "all",
    "OS_PROJECT_DOMAIN_NAME": "nowhere",
    "OS_USER_DOMAIN_NAME": "nowhere",
    "OS_DEFAULT_DOMAIN": "nowhere",
    "OS_CLOUD": "admin",
    "OS_CLIENT_CONFIG_FILE": "{nowhere}",
    "OS_AUTH_URL": "http://127.0.0.1:9/v3",
    "OS_AUTH_TYPE": "v3token",
    "OS_TOKEN": "hostile",
    "OS_USERNAME": "other",
    "OS_PASSWORD": "hostile",
    "OS_REGION_NAME": "nowhere",
    "OS_INTERFACE": "nonsense",
    "OS_WORKLOADS_ENDPOINT_OVERRIDE": "http://127.0.0.1:9/v1",
}


@pytest.fixture
def hostile(stand: Stand, tmp_path: Path) -> dict[str, str]:
    """Return variables that each would lead to another place if they were read."""
    return {
        name: value.format(admin=stand.project("admin"), nowhere=tmp_path / "nowhere.yaml")
        for name, value in HOSTILE.items()
    }


@pytest.mark.parametrize(
    "names", [[name] for name in HOSTILE] + [list(HOSTILE)], ids=lambda names: names[0] if len(names) == 1 else "all"
)
@pytest.mark.parametrize("by_id", [False, True], ids=["by name", "by id"])
def test_complete_auth_is_taken_alone(
    login: Login, monkeypatch: pytest.MonkeyPatch, hostile: dict[str, str], names: list[str], by_id: bool
) -> None:
    for name in names:
        monkeypatch.setenv(name, hostile[name])
    auth = login.stand.auth("admin", "demo")
    if by_id:
        del auth["project_name"], auth["project_domain_name"]
        auth["project_id"] = login.stand.project("demo")
    assert login.project(auth=auth) == "demo"


def test_openstacksdk_alone_would_act_on_another_project(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    """The opposite of the test above: the same credentials in the same environment, and the variable wins."""
    auth = login.stand.auth("admin", "demo")
    monkeypatch.setenv("OS_PROJECT_NAME", "admin")
    with openstack.connect(auth=auth, region_name=REGION) as connection:
        assert connection.current_project_id == login.stand.project("admin")
    assert login.project(auth=auth) == "demo"


@pytest.mark.parametrize(
    "left_out", ["auth_url", "username", "password", "user_domain_name", "project_name", "project_domain_name"]
)
def test_incomplete_auth_is_not_completed(login: Login, monkeypatch: pytest.MonkeyPatch, left_out: str) -> None:
    auth = login.stand.auth()
    variables(monkeypatch, auth)
    del auth[left_out]
    failed = login.fails(auth=auth)
    assert failed.error == {"code": "invalid_option"}
    assert f"Missing: {left_out}" in str(failed)


def test_application_credential(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    variables(monkeypatch, login.stand.auth("other"))
    known = login.stand.env["application_credential"]
    auth = {
        "auth_url": login.stand.env["auth_url"],
        "application_credential_id": known["id"],
        "application_credential_secret": known["secret"],
    }
    assert login.project(auth=auth) == "demo"
    assert login.project(auth=auth, auth_type="v3applicationcredential") == "demo"
    del auth["application_credential_id"]
    by_name = {**auth, "application_credential_name": "demo", "username": "demo", "user_domain_name": "Default"}
    assert login.project(auth=by_name) == "demo"
    failed = login.fails(auth={**by_name, "application_credential_secret": "another"})
    assert failed.error == {"code": "login_failed"}
    assert "the application credential demo" in str(failed)


@pytest.mark.parametrize("auth_type", [None, "v3token", "token"])
@pytest.mark.parametrize("scoped", [False, True], ids=["unscoped", "of another project"])
def test_token(login: Login, monkeypatch: pytest.MonkeyPatch, auth_type: str | None, scoped: bool) -> None:
    known = login.stand.auth("admin", "admin")
    unscoped = {**{key: value for key, value in known.items() if not key.startswith("project")}, "unscoped": True}
    token = session(known if scoped else unscoped).get_token()
    monkeypatch.setenv("OS_PROJECT_NAME", "admin")
    auth = {"auth_url": known["auth_url"], "token": token, "project_name": "demo", "project_domain_name": "Default"}
    assert login.project(auth=auth, **({"auth_type": auth_type} if auth_type else {})) == "demo"


# ---- clouds.yaml and OS_* -------------------------------------------------------------------------------------------


def test_cloud_of_a_file_with_a_secure_file_beside_it(login: Login, tmp_path: Path) -> None:
    auth = login.stand.auth()
    password = auth.pop("password")
    write(
        tmp_path / "clouds.yaml", prod={"auth": auth, "region_name": REGION}, other={"auth": login.stand.auth("other")}
    )
    assert login.fails(cloud="prod").error == {"code": "invalid_option"}
    write(tmp_path / "secure.yaml", prod={"auth": {"password": password}})
    assert login.project(cloud="prod") == "demo"


@pytest.mark.parametrize(
    ("cloud", "project"),
    [("demo", "demo"), ("demo-appcred", "demo"), ("other", "other"), ("admin", "admin"), ("admin-demo", "demo")],
)
@pytest.mark.parametrize("how", ["option", "variable"])
def test_named_cloud_does_not_mix_with_the_environment(
    login: Login, monkeypatch: pytest.MonkeyPatch, cloud: str, project: str, how: str
) -> None:
    variables(monkeypatch, {**login.stand.auth("admin"), "client_config_file": login.stand.env["clouds_file"]})
    if how == "variable":
        monkeypatch.setenv("OS_CLOUD", cloud)
    assert login.project(**({"cloud": cloud} if how == "option" else {})) == project


def test_dictionary_does_not_mix_with_the_environment(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    variables(
        monkeypatch,
        {**login.stand.auth("admin", "admin"), "client_config_file": login.stand.env["clouds_file"], "cloud": "other"},
    )
    assert login.project(cloud={"auth": login.stand.auth("admin", "demo"), "region_name": REGION}) == "demo"


def test_environment_alone(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    variables(monkeypatch, login.stand.auth("other"))
    assert login.project() == "other"
    monkeypatch.setenv("OS_REGION_NAME", "nowhere")
    assert login.fails().error == {"code": "no_endpoint"}


def test_environment_alone_with_an_application_credential(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    known = login.stand.env["application_credential"]
    variables(
        monkeypatch,
        {
            "auth_url": login.stand.env["auth_url"],
            "auth_type": "v3applicationcredential",
            "application_credential_id": known["id"],
            "application_credential_secret": known["secret"],
        },
    )
    assert login.project() == "demo"


@pytest.mark.parametrize(
    "domain",
    [{"domain_name": "Default"}, {"project_domain_name": "Default", "domain_name": "Default"}],
    ids=["domain", "both domains"],
)
@pytest.mark.parametrize("region", [{}, {"region_name": REGION}], ids=["no region", "region"])
def test_built_in_credential_of_awx(
    login: Login, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, domain: dict[str, str], region: dict[str, str]
) -> None:
    """A job gets a file of a random name, and nothing else; the task has no connection option."""
    auth = login.stand.auth()
    credential = {key: auth[key] for key in ("auth_url", "username", "password", "project_name")}
    path = write(tmp_path / "tmpx7n0a3", devstack={"auth": {**credential, **domain}, "verify": True, **region})
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", path)
    assert login.project() == "demo"


def test_unknown_cloud_never_falls_through(login: Login, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    variables(monkeypatch, login.stand.auth())
    assert login.project() == "demo"
    failed = login.fails(cloud="prod")
    assert failed.error == {"code": "invalid_option"}
    assert "There is no cloud prod" in str(failed)
    write(tmp_path / "clouds.yaml", devstack={"auth": login.stand.auth("other")})
    assert "Known clouds: devstack" in str(login.fails(cloud="prod"))
    monkeypatch.setenv("OS_CLOUD", "prod")
    assert "There is no cloud prod" in str(login.fails())


def test_nothing_says_where_to_log_in(login: Login) -> None:
    assert login.fails().error == {"code": "invalid_option"}


# ---- auth laid over a cloud -----------------------------------------------------------------------------------------


def test_auth_overlays_the_cloud(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", login.stand.env["clouds_file"])
    project = {"project_name": "admin", "project_domain_name": "Default"}
    assert login.project(cloud="admin-demo") == "demo"
    assert login.project(cloud="admin-demo", auth=project) == "admin"
    assert login.project(cloud="admin-demo", auth={"project_id": login.stand.project("admin")}) == "admin"
    assert login.project(cloud="demo", auth=login.stand.auth("other")) == "other"
    other = login.stand.auth("other")
    half = {"username": "other", "password": other["password"]}
    assert login.fails(cloud="demo", auth=half).error == {"code": "login_failed"}, "other has no role in demo"


def test_half_a_project_is_not_completed_by_the_cloud(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cloud's domain belongs to the cloud's project."""
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", login.stand.env["clouds_file"])
    failed = login.fails(cloud="admin-demo", auth={"project_name": "admin"})
    assert failed.error == {"code": "invalid_option"}
    assert "Missing: project_domain_name" in str(failed)


# ---- the wrong project ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", ["auth", "cloud"])
def test_token_of_another_project_than_asked_for(login: Login, monkeypatch: pytest.MonkeyPatch, road: str) -> None:
    """An application credential carries its project, whatever is asked for."""
    known = login.stand.env["application_credential"]
    credential = {
        "auth_url": login.stand.env["auth_url"],
        "application_credential_id": known["id"],
        "application_credential_secret": known["secret"],
    }
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", login.stand.env["clouds_file"])
    asked = {"project_name": "other", "project_domain_name": "Default"}
    options = {"auth": {**credential, **asked}} if road == "auth" else {"cloud": "demo-appcred", "auth": asked}
    failed = login.fails(**options)
    assert failed.error == {"code": "wrong_project"}
    assert "The token acts on project demo" in str(failed)
    assert "asked for was project other" in str(failed)


def test_user_without_a_role_in_the_project(login: Login) -> None:
    failed = login.fails(auth=login.stand.auth("demo", "other"))
    assert failed.error == {"code": "login_failed"}
    assert "refused the user demo of the domain Default for project other" in str(failed)
    assert login.fails(auth=login.stand.auth("demo", "no such project")).error == {"code": "login_failed"}


@pytest.mark.parametrize(
    ("scope", "code", "said"),
    [
        ({}, "wrong_project", "acts on nothing, and a project is needed"),
        ({"system_scope": "all"}, "wrong_project", "acts on the whole system, and a project is needed"),
        ({"domain_id": "default"}, "login_failed", "for no project in particular"),
    ],
    ids=["nothing", "the whole system", "a domain"],
)
def test_token_of_no_project(login: Login, scope: dict[str, str], code: str, said: str) -> None:
    """The bootstrap of Keystone gives admin the whole system, and no role in a domain."""
    auth = {key: value for key, value in login.stand.auth("admin").items() if not key.startswith("project")}
    failed = login.fails(cloud={"auth": {**auth, **scope}})
    assert failed.error == {"code": code}
    assert said in str(failed)


def test_wrong_password(login: Login) -> None:
    failed = login.fails(auth={**login.stand.auth(), "password": "not the password"})
    assert failed.error == {"code": "login_failed"}
    assert "not the password" not in str(failed.result)


def test_keystone_that_is_not_there(login: Login) -> None:
    failed = login.fails(auth={**login.stand.auth(), "auth_url": "http://127.0.0.1:9/v3"})
    assert failed.error == {"code": "login_failed"}
    assert "cannot be reached" in str(failed)


def test_token_of_an_administrator_acts_on_its_project_alone(login: Login) -> None:
    theirs = run_module(
        "workload",
        {
            "auth": login.stand.auth("other"),
            "name": "web",
            "instances": ["web-1"],
            "server_line": "6",
            "wait_interval": 0.02,
        },
    )
    auth = login.stand.auth("admin", "demo")
    assert login.project(auth=auth) == "demo"
    assert run_module("workload_info", {"auth": auth})["workloads"] == []
    assert [each["id"] for each in run_module("workload_info", {"auth": auth, "all_projects": True})["workloads"]] == [
        theirs["id"]
    ]
    with pytest.raises(Failed):
        run_module("workload_info", {"auth": login.stand.auth(), "all_projects": True})


# ---- endpoints ------------------------------------------------------------------------------------------------------


def test_catalog_that_calls_it_workloadmgr(login: Login, catalog: Catalog) -> None:
    catalog.add("workloadmgr")
    assert login.project(auth=login.stand.auth(), region_name=ELSEWHERE) == "demo"


def test_other_types_are_not_taken(login: Login, catalog: Catalog) -> None:
    for service_type in ("workload", "workloads-v1", "backup", "data-protect"):
        catalog.add(service_type)
    failed = login.fails(auth=login.stand.auth(), region_name=ELSEWHERE)
    assert failed.error == {"code": "no_endpoint"}
    assert f"workloads is there in region {REGION}, interface public" in str(failed)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/v1/$(tenant_id)s", "/v1/{demo}"),
        ("/v1/$(project_id)s/", "/v1/{demo}/"),
        ("/v1/%%(tenant_id)s", "/v1/%(tenant_id)s"),
        ("/v1/%%(project_id)s", "/v1/%(project_id)s"),
        ("/v1", "/v1"),
        ("/v1/", "/v1/"),
    ],
)
def test_project_in_the_url_of_the_catalog(login: Login, catalog: Catalog, path: str, shown: str) -> None:
    """Keystone does not fill in everything that a deployment may have put there (reference A.1)."""
    catalog.add("workloads", path)
    auth = login.stand.auth()
    in_catalog = session(auth).get_endpoint(service_type="workloads", region_name=ELSEWHERE)
    assert in_catalog == login.stand.emulator.url + shown.format(demo=login.stand.project("demo"))
    assert login.project(auth=auth, region_name=ELSEWHERE) == "demo"


def test_url_that_is_none_of_workloadmgr(login: Login, catalog: Catalog) -> None:
    catalog.add("workloads", "/v2/$(project_id)s")
    failed = login.fails(auth=login.stand.auth(), region_name=ELSEWHERE)
    assert failed.error == {"code": "no_endpoint"}
    assert "has no /v1 in its path" in str(failed)


def test_no_other_region(login: Login) -> None:
    failed = login.fails(auth=login.stand.auth(), region_name="nowhere")
    assert failed.error == {"code": "no_endpoint"}
    assert "for region nowhere, interface public" in str(failed)
    assert f"workloads is there in region {REGION}, interface public" in str(failed)


def test_several_regions(login: Login, catalog: Catalog) -> None:
    catalog.add("workloads")
    failed = login.fails(auth=login.stand.auth())
    assert failed.error == {"code": "no_endpoint"}
    assert f"in several regions: {REGION}, {ELSEWHERE}" in str(failed)
    for region in (REGION, ELSEWHERE):
        assert login.project(auth=login.stand.auth(), region_name=region) == "demo"


@pytest.mark.parametrize("interface", ["internal", "admin"])
def test_no_other_interface(login: Login, catalog: Catalog, interface: str) -> None:
    catalog.add("workloads", interface="public")
    options = {"auth": login.stand.auth(), "region_name": ELSEWHERE}
    failed = login.fails(**options, interface=interface)
    assert failed.error == {"code": "no_endpoint"}
    assert f"workloads is there in region {ELSEWHERE}, interface public" in str(failed)
    assert login.project(**options, interface="public") == "demo"
    assert login.project(**{**options, "region_name": REGION}, endpoint_type=interface) == "demo"


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/{other}", "/v1/$(tenant_id)s"])
def test_endpoint_override(login: Login, path: str) -> None:
    """Whatever project stands in it, the one of the token is asked for; no catalog is needed."""
    url = login.stand.emulator.url + path.format(other=login.stand.project("other"))
    assert login.project(auth=login.stand.auth(), region_name="nowhere", endpoint_override=url) == "demo"
