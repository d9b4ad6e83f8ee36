# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects of the real Keystone as hosts of the real ansible-inventory, and ten of them converged in one run."""

from __future__ import annotations

import json
import subprocess
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session
from support.playbook import PROGRAM, Played, clean_environment, play
from support.stand import Stand, instance

TEN = [f"shop-{number}" for number in range(10)]
TEMPLATE = "{{ 7919 * 7919 }}"
TEMPLATED = "62710561"
TEMPLATE_HOST = "___7919___7919___"
FLEET_PASSWORD = "Kxw394Tzb518"


class Fleet:
    """A domain, projects in it and in the domain Default, and a user who has a role in most of them.

    :param stand: The cloud.
    """

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.url = stand.env["auth_url"]
        credentials: dict[str, Any] = stand.auth("admin")
        self.session = Session(Password(**credentials))
        self.member = self.session.get(f"{self.url}/roles?name=member").json()["roles"][0]["id"]
        self.made: list[str] = []
        self.domain = self.create("domain", name="customers")
        self.user = self.create("user", name="fleet", password=FLEET_PASSWORD, domain_id="default")
        for number, name in enumerate(TEN):
            self.project(
                name,
                "default" if number < 8 else self.domain,
                tags=["backup", "tier=gold" if number < 3 else "tier=silver"],
            )
        self.project("shop-0", self.domain, tags=["twin"])
        self.project("idle", "default", enabled=False)
        self.project(TEMPLATE, "default", description=TEMPLATE, tags=["{{ 1 }}"])
        self.project("foreign", "default", member=False, tags=["backup"])

    def create(self, noun: str, **values: Any) -> str:
        """Create something and return its id."""
        made = self.session.post(f"{self.url}/{noun}s", json={noun: values}).json()[noun]
        self.made.append(f"{self.url}/{noun}s/{made['id']}")
        return str(made["id"])

    def project(self, name: str, domain_id: str, *, member: bool = True, **values: Any) -> None:
        """Create a project in which the user has a role."""
        project_id = self.create("project", name=name, domain_id=domain_id, **values)
        if member:
            self.session.put(f"{self.url}/projects/{project_id}/users/{self.user}/roles/{self.member}")

    def remove(self) -> None:
        """Delete all of it."""
        self.session.patch(f"{self.url}/domains/{self.domain}", json={"domain": {"enabled": False}})
        for url in reversed(self.made):
            self.session.delete(url)

    def auth(self) -> dict[str, str]:
        """Return the login of the user, in the first of the projects."""
        return {**self.stand.auth(), "username": "fleet", "password": FLEET_PASSWORD, "project_name": "shop-0"}


@pytest.fixture(scope="module")
def fleet(light: Stand) -> Iterator[Fleet]:
    made = Fleet(light)
    yield made
    made.remove()


@dataclass(frozen=True)
class Listed:
    """The output of ansible-inventory.

    :param hosts: Variables by host.
    :param groups: Hosts by group.
    :param said: All that it printed.
    """

    hosts: dict[str, dict[str, Any]]
    groups: dict[str, list[str]]
    said: str


class Site:
    """A directory with a source of the inventory, and a clouds.yaml with the user of the fleet as the cloud `fleet`.

    :param fleet: What there is in Keystone.
    """

    def __init__(self, fleet: Fleet, directory: Path) -> None:
        self.fleet = fleet
        self.directory = directory
        self.source = directory / "shop.projects.yml"
        clouds = yaml.safe_load(Path(fleet.stand.env["clouds_file"]).read_text(encoding="utf-8"))["clouds"]
        self.environment = self.clouds({**clouds, "fleet": {"auth": fleet.auth(), "region_name": "RegionOne"}})

    def clouds(self, clouds: Mapping[str, Any]) -> dict[str, str]:
        """Write a clouds.yaml and return the variable that names it."""
        path = self.directory / "clouds.yaml"
        path.write_text(yaml.safe_dump({"clouds": dict(clouds)}), encoding="utf-8")
        return {"OS_CLIENT_CONFIG_FILE": str(path)}

    def write(self, **options: Any) -> None:
        """Write the source."""
        self.source.write_text(yaml.safe_dump({"plugin": "openprotect.backup.projects", **options}), encoding="utf-8")

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ansible-inventory."""
        env = clean_environment(
            self.directory, {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true", **(environment or self.environment)}
        )
        command = [str(PROGRAM.parent / "ansible-inventory"), "-i", str(self.source), *words]
        return subprocess.run(command, cwd=self.directory, env=env, capture_output=True, encoding="utf-8", check=False)

    def list(self, *words: str, environment: Mapping[str, str] | None = None, **options: Any) -> Listed:
        """Return the output of ansible-inventory --list for a source with these options."""
        self.write(**options)
        done = self.run("--list", *words, **(environment or {}))
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout[done.stdout.index("{\n") :])
        hosts = document.pop("_meta")["hostvars"]
        return Listed(
            hosts,
            {name: group["hosts"] for name, group in document.items() if "hosts" in group},
            done.stdout + done.stderr,
        )

    def fails(self, *words: str, **options: Any) -> str:
        """Return the message of ansible-inventory about a source that it must refuse."""
        self.write(**options)
        done = self.run("--list", *words)
        assert done.returncode != 0, done.stdout
        return done.stdout + done.stderr

    def play(self, *words: str, **variables: Any) -> Played:
        """Play projects.yml on the hosts of the source."""
        return play(
            self.directory,
            "projects.yml",
            "-i",
            str(self.source),
            *words,
            variables=variables,
            environment=self.environment,
        )


@pytest.fixture
def site(fleet: Fleet, stand: Stand, tmp_path: Path) -> Site:
    assert stand is fleet.stand, "its emulator was emptied"
    return Site(fleet, tmp_path)


@pytest.fixture
def own_servers(site: Site) -> dict[str, str]:
    """Give each project a server of its own, and return the names of the ten projects by id."""
    for variables in site.list(cloud="fleet").hosts.values():
        project_id = variables["openprotect_project_id"]
        site.fleet.stand.emulator.put("instances", **instance(f"web-of-{project_id}"), project=project_id)
    return {
        variables["openprotect_project_id"]: name
        for name, variables in site.list(cloud="fleet", tags=["backup"]).hosts.items()
    }


def test_projects_of_the_user_are_hosts(site: Site) -> None:
    listed = site.list(cloud="fleet")
    twins = {"shop-0@Default", f"shop-0@{site.fleet.domain}"}
    assert set(listed.hosts) == {TEMPLATE_HOST, *twins, *TEN} - {"shop-0"}, "not idle, and not foreign"
    one = listed.hosts["shop-1"]
    project_id = one.pop("openprotect_project_id")
    assert one == {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "openprotect_cloud": "fleet",
        "openprotect_project_name": "shop-1",
        "openprotect_project_description": "",
        "openprotect_project_domain_id": "default",
        "openprotect_project_domain_name": "Default",
        "openprotect_project_enabled": True,
        "openprotect_project_tags": ["backup", "tier=gold"],
    }
    assert f"{site.fleet.url}/projects/{project_id}" in site.fleet.made
    assert listed.hosts["shop-9"]["openprotect_project_domain_name"] is None, "the user may not list domains"
    assert listed.hosts[TEMPLATE_HOST]["openprotect_project_name"] == {"__ansible_unsafe": TEMPLATE}


FILTERS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "tags": ({"tags": ["backup", "tier=gold"], "domain": "Default"}, {"shop-0", "shop-1", "shop-2"}),
    "names": ({"names": ["shop-[5-9]", "idle"], "exclude_names": ["shop-6"]}, {"shop-5", "shop-7", "shop-8", "shop-9"}),
    "names as text": ({"names": "shop-5,shop-7"}, {"shop-5", "shop-7"}),
    "no tag": ({"exclude_tags": ["tier=silver", "twin"], "names": ["shop-*"]}, {"shop-0", "shop-1", "shop-2"}),
    "disabled too": ({"names": ["idle"], "enabled_only": False}, {"idle"}),
    "domain, by id": ({"domain": "{domain}"}, {"shop-0", "shop-8", "shop-9"}),
}


@pytest.mark.parametrize("shape", FILTERS)
def test_filters_of_a_user(site: Site, shape: str) -> None:
    options, hosts = FILTERS[shape]
    given = {
        key: value.format(domain=site.fleet.domain) if key == "domain" else value for key, value in options.items()
    }
    assert set(site.list(cloud="fleet", **given).hosts) == hosts


def test_administrator_sees_all_projects_and_names_domains(site: Site) -> None:
    listed = site.list(cloud="admin", all_projects=True, domain="customers", host_name="name_domain")
    assert set(listed.hosts) == {"shop-0@customers", "shop-8@customers", "shop-9@customers"}
    assert {each["openprotect_project_domain_name"] for each in listed.hosts.values()} == {"customers"}
    everything = site.list(cloud="admin", all_projects=True, enabled_only=False, tags=["backup"]).hosts
    assert set(everything) == {*TEN, "foreign"}
    assert "idle" in site.list(cloud="admin", all_projects=True, enabled_only=False).hosts


def test_groups_and_variables_are_made_of_what_keystone_says(site: Site) -> None:
    listed = site.list(
        cloud="fleet",
        names=["shop-[1-4]", "{*"],
        strict=True,
        groups={"gold": "'tier=gold' in openprotect_project_tags"},
        keyed_groups=[
            {
                "key": "openprotect_project_tags | select('match', 'tier=')"
                " | map('regex_replace', '^tier=', '') | list",
                "prefix": "tier",
            }
        ],
        compose={
            "title": "openprotect_project_name ~ ' of ' ~ openprotect_cloud",
            "described": "openprotect_project_description",
        },
    )
    assert listed.groups["gold"] == listed.groups["tier_gold"] == ["shop-1", "shop-2"]
    assert listed.groups["tier_silver"] == ["shop-3", "shop-4"]
    assert json.dumps(listed.hosts["shop-1"]["title"]) in (
        '"shop-1 of fleet"',
        '{"__ansible_unsafe": "shop-1 of fleet"}',
    )
    assert TEMPLATED not in listed.said


# ---- ways to log in -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_servers")
def test_cloud_of_the_environment_is_handed_on_by_its_name(site: Site) -> None:
    variables = {f"OS_{key.upper()}": value for key, value in site.fleet.auth().items()}
    hosts = site.list(environment=variables, names=["shop-1"]).hosts
    assert hosts["shop-1"]["openprotect_cloud"] == "envvars"
    site.environment = variables
    assert site.play("--limit", "shop-1", server_line="6").recap["shop-1"]["changed"] == 1


def test_cloud_of_the_credential_of_awx_is_handed_on_by_its_name(site: Site) -> None:
    site.environment = site.clouds({"devstack": {"auth": site.fleet.auth()}})
    assert site.list(names=["shop-1"]).hosts["shop-1"]["openprotect_cloud"] == "devstack"


def test_login_by_auth_alone_is_not_handed_on(site: Site) -> None:
    one = site.list("-vvvv", auth=site.fleet.auth(), names=["shop-1"], region_name="RegionOne", verify=False)
    assert "shop-1" in one.hosts
    assert not {"openprotect_cloud", "openprotect_auth"} & set(one.hosts["shop-1"])
    assert (one.hosts["shop-1"]["openprotect_region_name"], one.hosts["shop-1"]["openprotect_validate_certs"]) == (
        "RegionOne",
        False,
    )
    assert FLEET_PASSWORD not in one.said


@pytest.mark.every_core
def test_secret_may_stand_in_the_file_as_a_vault(site: Site) -> None:
    key = site.directory / "key"
    key.write_text("the key of the vault", encoding="utf-8")
    command = [
        str(PROGRAM.parent / "ansible-vault"),
        "encrypt_string",
        "--vault-password-file",
        str(key),
        "--name",
        "password",
        FLEET_PASSWORD,
    ]
    env = clean_environment(site.directory, {})
    vault = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", check=True).stdout
    site.write(names=["shop-1"], auth={name: value for name, value in site.fleet.auth().items() if name != "password"})
    text = site.source.read_text(encoding="utf-8").replace("auth:\n", "auth:\n" + textwrap.indent(vault, "  "))
    site.source.write_text(text, encoding="utf-8")
    done = site.run("--list", "-vvvv", "--vault-password-file", str(key))
    assert done.returncode == 0, done.stderr
    assert '"shop-1"' in done.stdout
    assert FLEET_PASSWORD not in done.stdout + done.stderr


def test_application_credential_gives_its_own_project_alone(site: Site) -> None:
    login: dict[str, Any] = site.fleet.auth()
    session = Session(Password(**login))
    made = session.post(
        f"{site.fleet.url}/users/{site.fleet.user}/application_credentials",
        json={"application_credential": {"name": "one"}},
    )
    credential = made.json()["application_credential"]
    auth = {
        "auth_url": site.fleet.url,
        "application_credential_id": credential["id"],
        "application_credential_secret": credential["secret"],
    }
    listed = site.list("-vvvv", auth=auth)
    assert set(listed.hosts) == {"shop-0"}
    assert (
        "An application credential acts on its own project only, so the other projects of its user are left out"
        in " ".join(listed.said.split())
    )
    assert credential["secret"] not in listed.said


# ---- what is refused ------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "option that is misspelt": (
        {"cloud": "fleet", "tagz": ["x"]},
        "has no option tagz. ansible-doc -t inventory openprotect.backup.projects lists them.",
    ),
    "cloud that is not there": ({"cloud": "nowhere"}, "There is no cloud nowhere. Known clouds: "),
    "domain that is not there": (
        {"cloud": "fleet", "domain": "custmers"},
        "There is no domain with the id or name 'custmers'",
    ),
    "auth that is not complete": (
        {"auth": {"auth_url": "http://127.0.0.1:9/v3", "password": FLEET_PASSWORD}},
        "Missing: username or user_id",
    ),
    "auth that is misspelt": (
        {"auth": {"auth_url": "http://127.0.0.1:9/v3", "pasword": FLEET_PASSWORD}},
        "auth.pasword",
    ),
    "interface that is none": ({"cloud": "fleet", "interface": "private"}, "private"),
    "wrong password": (
        {"cloud": "fleet", "auth": {"password": FLEET_PASSWORD + "!"}},
        "refused the user fleet of the domain Default for project shop-0",
    ),
    "Keystone that is not there": (
        {"cloud": "fleet", "auth": {"auth_url": "http://127.0.0.1:9/v3"}},
        "Keystone at http://127.0.0.1:9/v3 cannot be reached",
    ),
    "all projects, for a user": ({"cloud": "fleet", "all_projects": True}, "GET /projects (req-"),
}


@pytest.mark.parametrize("shape", REFUSED)
def test_what_is_wrong_is_said_without_a_secret(site: Site, shape: str) -> None:
    options, message = REFUSED[shape]
    said = " ".join(site.fails("-vvvv", **options).split())
    assert message in said
    assert FLEET_PASSWORD not in said


def test_file_of_another_name_is_not_ours(site: Site) -> None:
    site.source = site.source.with_name("shop.yml")
    assert "could not be verified by inventory plugin 'openprotect.backup.projects'" in " ".join(
        site.fails(cloud="fleet").split()
    )


def test_inventory_without_hosts_is_an_error_unless_it_is_allowed(site: Site) -> None:
    said = "None of the projects that this user may see passes the filters"
    assert f"{said}, so there is no host. Check the filters." in " ".join(
        site.fails(cloud="fleet", tags=["bakcup"]).split()
    )
    allowed = site.list(cloud="fleet", tags=["bakcup"], allow_empty=True)
    assert allowed.hosts == {}
    assert said in " ".join(allowed.said.split())


# ---- cache ----------------------------------------------------------------------------------------------------------


def test_cache_is_used_for_the_same_question_only(site: Site) -> None:
    cache: dict[str, Any] = {
        "cache": True,
        "cache_plugin": "jsonfile",
        "cache_connection": str(site.directory / "cache"),
    }
    first = site.list(cloud="fleet", names=["shop-1"], **cache)
    environment = site.clouds(
        {"fleet": {"auth": {**site.fleet.auth(), "password": "changed"}, "region_name": "RegionOne"}}
    )
    assert site.list(cloud="fleet", names=["shop-1"], **cache).hosts == first.hosts, "Keystone was not asked"
    assert "refused the user" in " ".join(site.fails(cloud="fleet", names=["shop-2"], **cache).split())
    assert environment == site.environment
    kept = "".join(path.read_text(encoding="utf-8") for path in (site.directory / "cache").iterdir())
    assert "shop-1" in kept
    assert FLEET_PASSWORD not in kept


# ---- ten projects in one run ----------------------------------------------------------------------------------------


def test_ten_projects_converge_in_one_run_and_then_nothing_changes(site: Site, own_servers: dict[str, str]) -> None:
    assert sorted(own_servers.values()) == TEN
    emulator = site.fleet.stand.emulator
    for changed in (1, 0):
        mark = emulator.mark()
        played = site.play("--forks", "5", server_line="6")
        assert played.code == 0, played.stdout + played.stderr
        assert {host: (counts["ok"], counts["changed"]) for host, counts in played.recap.items()} == dict.fromkeys(
            TEN, (1, changed)
        )
        assert len(emulator.writes(mark)) == changed * 10
    rows = emulator.rows("workloads")
    assert {row["project_id"]: row["instances"][0]["name"] for row in rows} == {
        project_id: f"web-of-{project_id}" for project_id in own_servers
    }


@pytest.mark.every_core
@pytest.mark.usefixtures("own_servers")
def test_inventory_that_awx_has_imported_does_the_same(site: Site) -> None:
    """AWX keeps the output of ansible-inventory, and gives it to the job as the output of a script."""
    site.write(cloud="fleet", names=["shop-[1-3]", "{*"])
    exported = json.loads(site.run("--list", "--export").stdout)
    script = site.directory / "inventory" / "awx.py"
    script.parent.mkdir()
    script.write_text(f"#!/usr/bin/env python3\nprint({json.dumps(exported)!r})\n", encoding="utf-8")
    script.chmod(0o700)
    site.source = script
    declared = {
        "name": "by-hand",
        "workloads": [
            {
                "name": "web",
                "instances": ["web-of-{{ openprotect_project_id }}"],
                "description": "{{ openprotect_project_name }}",
            }
        ],
    }
    variables = {"openprotect_hosts": "all", "protect_policies": [declared], "openprotect_server_line": "6"}
    for outcome in ("created", "unchanged"):
        words = ("-i", str(script))
        played = play(
            site.directory,
            "openprotect.backup.converge",
            *words,
            variables=variables,
            environment={**site.environment, "ANSIBLE_SHOW_CUSTOM_STATS": "1"},
        )
        assert (played.code, len(played.recap)) == (0, 4), played.stdout
        left = json.JSONDecoder().raw_decode(played.stdout.partition("RUN: ")[2])[0]["openprotect_converge"]
        assert [each["counts"][outcome] for each in left.values()] == [1] * 4
    rows = site.fleet.stand.emulator.rows("workloads")
    assert {row["description"] for row in rows} == {"shop-1", "shop-2", "shop-3", TEMPLATE}, (
        "what others have named is no template"
    )
