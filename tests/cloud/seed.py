# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fill a running cloud with users, projects, the catalog, and what servers need. Existing objects stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import openstack
import yaml
from keystoneauth1.exceptions import ClientException
from openstack.connection import Connection
from openstack.exceptions import SDKException

from cloud.layout import REGION, SERVICES, USERS, CloudError, Settings, write_private

INTERFACES = ("public", "internal", "admin")
ROLES = ("creator",)  # in addition to those that Keystone creates itself
ASSIGNMENTS = (
    ("svc", "service", "admin"),
    ("svc", "service", "service"),
    ("demo", "demo", "member"),
    ("other", "other", "member"),
    ("admin", "demo", "admin"),
)
APPLICATION_CREDENTIAL = "demo"
VOLUME_TYPES = ("ssd", "archive")
SHARED_TYPE = "shared"  # type of volumes that several servers may attach
# The smallest valid image: the padded header of a QCOW2 file, version 3.
IMAGE = b"QFI\xfb\0\0\0\3" + bytes(504)


@contextmanager
def failures_named(settings: Settings) -> Iterator[None]:
    """Turn errors of services into a `CloudError` that names the log.

    :raises CloudError: A request failed.
    """
    try:
        yield
    except (SDKException, ClientException) as error:
        raise CloudError(
            f"Filling the cloud failed: {error}. The services' logs are in {settings.log('keystone').parent}."
        ) from error


def connect(settings: Settings, user: str) -> Connection:
    """Return a connection of this user in the user's project."""
    return openstack.connect(
        load_yaml_config=False,
        load_envvars=False,
        auth=credentials(settings, user, USERS[user]),
        region_name=REGION,
        # The catalog has no Keystone before the first seeding, and an old port after a start with another base port.
        identity_endpoint_override=settings.auth_url,
    )


def credentials(settings: Settings, user: str, project: str) -> dict[str, str]:
    """Return the values for a login with a password."""
    return {
        "auth_url": settings.auth_url,
        "username": user,
        "password": settings.passwords[user],
        "project_name": project,
        "user_domain_name": "Default",
        "project_domain_name": "Default",
    }


def seed_identity(settings: Settings) -> None:
    """Create users, projects, roles, the catalog and an application credential; write clouds.yaml and env.json.

    Keystone must run.
    """
    identity: Any = connect(settings, "admin").identity
    projects = {project.name: project.id for project in identity.projects()}
    for name in USERS.values():
        if name not in projects:
            projects[name] = identity.create_project(name=name, domain_id="default").id
    users = {user.name: user.id for user in identity.users()}
    for name in USERS:
        if name not in users:
            users[name] = identity.create_user(name=name, password=settings.passwords[name], domain_id="default").id
    roles = {role.name: role.id for role in identity.roles()}
    for name in ROLES:
        if name not in roles:
            roles[name] = identity.create_role(name=name).id
    for user, project, role in ASSIGNMENTS:
        identity.assign_project_role_to_user(projects[project], users[user], roles[role])
    seed_catalog(settings, identity)
    credential = application_credential(settings, users["demo"])
    write_clouds(settings, credential)
    write_env(settings, users, projects, credential)


def catalog(settings: Settings) -> dict[str, tuple[str, str]]:
    """Return the entries of the catalog: service type -> service name and address."""
    entries = {
        SERVICES[name].catalog_type: (SERVICES[name].catalog_name, settings.url(name) + SERVICES[name].path)
        for name in settings.services
    }
    if "workloadmgr" in settings.services:
        # Without Nova the emulator lists the servers of its own inventory.
        entries.setdefault("compute", ("nova", settings.url("workloadmgr") + "/compute/v2.1"))
    return entries


def seed_catalog(settings: Settings, identity: Any) -> None:
    """Make the catalog match the running services and their ports."""
    wanted = catalog(settings)
    services = {service.type: service for service in identity.services()}
    for kind in {service.catalog_type for service in SERVICES.values()} & services.keys() - wanted.keys():
        identity.delete_service(services[kind])
    endpoints = {(endpoint.service_id, endpoint.interface): endpoint for endpoint in identity.endpoints()}
    for kind, (name, url) in wanted.items():
        service = services.get(kind) or identity.create_service(name=name, type=kind)
        for interface in INTERFACES:
            endpoint = endpoints.get((service.id, interface))
            if endpoint is None:
                identity.create_endpoint(service_id=service.id, interface=interface, region_id=REGION, url=url)
            elif endpoint.url != url:
                identity.update_endpoint(endpoint, url=url)


def application_credential(settings: Settings, user_id: str) -> dict[str, str]:
    """Return id and secret of demo's application credential. Keystone shows a secret once: env.json keeps it."""
    identity: Any = connect(settings, "demo").identity
    known = json.loads(settings.env_file.read_text())["application_credential"] if settings.env_file.exists() else {}
    for found in identity.application_credentials(user=user_id):
        if found.name == APPLICATION_CREDENTIAL:
            if found.id == known.get("id"):
                return dict(known)
            identity.delete_application_credential(user_id, found)
    made = identity.create_application_credential(user=user_id, name=APPLICATION_CREDENTIAL, unrestricted=True)
    return {"id": made.id, "secret": made.secret}


def write_clouds(settings: Settings, credential: dict[str, str]) -> None:
    """Write clouds.yaml with the passwords: openstacksdk reads no secure.yaml beside `OS_CLIENT_CONFIG_FILE`."""

    def by_password(user: str, project: str) -> dict[str, object]:
        return {"auth": credentials(settings, user, project), "region_name": REGION}

    clouds = {
        "demo": by_password("demo", "demo"),
        "mycloud": by_password("demo", "demo"),  # the name in the examples of the documentation
        "demo-appcred": {
            "auth_type": "v3applicationcredential",
            "auth": {
                "auth_url": settings.auth_url,
                "application_credential_id": credential["id"],
                "application_credential_secret": credential["secret"],
            },
            "region_name": REGION,
        },
        "other": by_password("other", "other"),
        "admin": by_password("admin", "admin"),
        "admin-demo": by_password("admin", "demo"),
    }
    write_private(settings.clouds_file, yaml.safe_dump({"clouds": clouds}, sort_keys=False))


def write_env(settings: Settings, users: dict[str, str], projects: dict[str, str], credential: dict[str, str]) -> None:
    """Write env.json, which describes the cloud to tests."""
    env = {
        "auth_url": settings.auth_url,
        "region": REGION,
        "base": settings.base,
        "ports": {name: settings.port(name) for name in settings.services},
        "clouds_file": str(settings.clouds_file),
        "projects": {name: projects[name] for name in USERS.values()},
        "users": {
            name: {
                "id": users[name],
                "name": name,
                "password": settings.passwords[name],
                "project": project,
                "project_id": projects[project],
            }
            for name, project in USERS.items()
        },
        "application_credential": credential,
    }
    write_private(settings.env_file, json.dumps(env, indent=1))


def seed_servers(settings: Settings) -> None:
    """Create the flavor `m1.small`, the image `cirros` and the network `private` of demo.

    Nova, Glance and Neutron must run.

    :raises CloudError: Keystone's catalog lacks one of them.
    """
    admin, demo = connect(settings, "admin"), connect(settings, "demo")
    if not admin.has_service("compute"):
        raise CloudError("The catalog has no Nova.")
    if not admin.compute.find_flavor("m1.small"):
        admin.compute.create_flavor(name="m1.small", ram=512, vcpus=1, disk=1)
    if not admin.image.find_image("cirros"):
        admin.image.create_image(
            name="cirros",
            disk_format="qcow2",
            container_format="bare",
            visibility="public",
            data=IMAGE,
            validate_checksum=False,
        )
    network = demo.network.find_network("private") or demo.network.create_network(name="private")
    if not network.subnet_ids:
        demo.network.create_subnet(name="private", network_id=network.id, ip_version=4, cidr="10.0.0.0/24")


def seed_volume_types(settings: Settings) -> None:
    """Create the volume types `VOLUME_TYPES`. Cinder must run."""
    storage = connect(settings, "admin").block_storage
    there = {kind.name for kind in storage.types()}
    for name in VOLUME_TYPES:
        if name not in there:
            storage.create_type(name=name, is_public=True)


def seed_shared_type(settings: Settings) -> None:
    """Create the volume type `SHARED_TYPE`, if there is none. Cinder must run."""
    storage = connect(settings, "admin").block_storage
    if SHARED_TYPE not in {kind.name for kind in storage.types()}:
        storage.create_type(name=SHARED_TYPE, is_public=True, extra_specs={"multiattach": "<is> True"})


def seed_contents(settings: Settings) -> None:
    """Fill the services other than Keystone."""
    if "nova" in settings.services:
        seed_servers(settings)
    if "cinder" in settings.services:
        seed_volume_types(settings)


def seed(settings: Settings) -> None:
    """Fill a running cloud."""
    seed_identity(settings)
    seed_contents(settings)
