# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The settings of one cloud, as openstacksdk reads them from `clouds.yaml`, the variables `OS_*` or a dictionary."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from typing import Any, Optional

from .._core.errors import InputError, LoginError
from .._core.secrets import looks_like_data, redact, secrets_of_cloud
from .credentials import missing_library
from .options import argument_spec


def read_cloud(options: Mapping[str, Any]) -> tuple[str, Optional[str], dict[str, Any]]:
    """Return in words which cloud is meant, its name if it has one, and its settings as openstacksdk reads them, all files merged."""
    try:
        # On this road only: importing it costs more than all the rest of a task.
        from openstack import exceptions as sdk_exceptions
        from openstack.config import loader
        from yaml import YAMLError
    except ImportError as exc:
        raise LoginError(
            missing_library("openstacksdk", reason="for the option cloud, clouds.yaml and the variables OS_*"),
            hint="A complete auth without cloud works without it.",
        ) from exc
    cloud = options.get("cloud")
    if isinstance(cloud, str) and looks_like_data(cloud):
        raise InputError(
            "cloud is a string that looks like a dictionary.", hint="Give the name of a cloud, or a real dictionary."
        )
    if cloud is not None and not isinstance(cloud, (str, Mapping)):
        raise InputError("cloud must be the name of a cloud or a dictionary.")
    secrets: set[str] = set()
    try:
        if isinstance(cloud, Mapping):
            clouds = loader.OpenStackConfig(load_yaml_config=False, load_envvars=False)
            name, source = "cloud", "The dictionary cloud"
            clouds.cloud_config = {"clouds": {name: copy.deepcopy(dict(cloud))}}
        else:
            # Copies, since older releases put OS_CLIENT_CONFIG_FILE into the lists of their module.
            clouds = loader.OpenStackConfig(
                config_files=list(loader.CONFIG_FILES), secure_files=list(loader.SECURE_FILES)
            )
            name = _cloud_name(clouds, cloud or None)
            source = (
                "The environment (OS_*)"
                if name == clouds.envvar_key
                else f"The cloud {name} of {clouds.config_filename}"
            )
        entry = clouds.cloud_config["clouds"][name]
        secrets = secrets_of_cloud(entry)
        _prepare_entry(entry, source, options.get("region_name") or None)
        settings = dict(clouds.get_one(name, validate=False, region_name=options.get("region_name") or "").config)
    except sdk_exceptions.ConfigException as exc:
        raise InputError(f"The configuration of the cloud cannot be used: {redact(str(exc), secrets)}") from exc
    except (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError, YAMLError) as exc:
        # openstacksdk checks no types, fills in what stands in braces, and fetches some profiles. What it says then may hold part of a secret.
        raise InputError(
            f"The configuration of the cloud cannot be used: openstacksdk fails on it with {type(exc).__name__}.",
            hint="Look for values of a wrong type, for braces outside of auth, and for a profile that must be fetched.",
        ) from None
    if not entry.get("region_name") and not entry.get("regions") and not options.get("region_name"):
        # Of a profile openstacksdk takes the first region. Which one is meant must be said, or be clear from the catalog.
        settings["region_name"] = None
    return source, None if isinstance(cloud, Mapping) else name, settings


def _cloud_name(clouds: Any, name: Optional[str]) -> str:
    """Return the name of the cloud that is meant, checked: openstacksdk reads other files where the one asked for cannot be read."""
    asked_file = os.environ.get("OS_CLIENT_CONFIG_FILE")
    if asked_file and clouds.config_filename != asked_file:
        raise InputError(f"OS_CLIENT_CONFIG_FILE names {asked_file}, which is not there, not readable or not YAML.")
    entries = clouds.cloud_config["clouds"]
    # The placeholder for "there is no cloud at all".
    known = [key for key in entries if not (key == "defaults" and entries[key] == clouds.defaults)]
    in_file = ", ".join(sorted(str(key) for key in known if key != clouds.envvar_key)) or "none"
    where = clouds.config_filename or "no clouds.yaml was found"
    if name is None and not known:
        raise InputError(
            "Nothing says where to log in.", hint="Give auth, or cloud, or set OS_CLOUD or the other variables OS_*."
        )
    name = name or clouds.default_cloud
    if name is None:
        raise InputError(
            f"Nothing says which cloud to use. Known clouds: {in_file} ({where}).",
            hint="Name one with cloud, or with OS_CLOUD.",
        )
    if name not in known:
        raise InputError(f"There is no cloud {name}. Known clouds: {in_file} ({where}).")
    return name


def _prepare_entry(entry: Any, source: str, region_name: Optional[str]) -> None:
    """Check one cloud of the configuration, and put into it, in place, what openstacksdk would otherwise refuse or guess."""
    if not isinstance(entry, dict) or not isinstance(entry.get("auth") or {}, dict):
        raise InputError(f"{source} is not a dictionary, or its auth is not.")
    entry["auth"] = auth = dict(entry.get("auth") or {})
    for key in argument_spec()["auth"]["options"]:
        # openstacksdk fills in braces in what stands beside auth, and a secret may hold some.
        if key in entry and key not in auth:
            auth[key] = entry.pop(key)
    regions = entry.get("regions")
    if region_name and not regions:
        entry["region_name"] = region_name
    elif not region_name:
        own = entry.get("region_name") or ""
        choices = regions or (own if isinstance(own, list) else own.split(","))
        if len(choices) > 1:
            names = [str(region.get("name") if isinstance(region, dict) else region) for region in choices]
            raise InputError(f"{source} has several regions: {', '.join(names)}.", hint="Choose one with region_name.")
