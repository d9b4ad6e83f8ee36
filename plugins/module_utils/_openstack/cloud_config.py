# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The settings of one cloud: openstacksdk reads them from `clouds.yaml`, the variables `OS_*` or a dictionary."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from typing import Any, Optional

from .._core.errors import InputError, LoginError
from .._core.secret_values import looks_like_data, redact, secret_values
from .credentials import missing_library
from .options import argument_spec


def read_cloud(options: Mapping[str, Any]) -> tuple[str, Optional[str], dict[str, Any]]:
    """Return the source of the settings for messages, the name of the cloud, and its merged settings.

    The name is None for a dictionary. Without the option `cloud`, the environment or `clouds.yaml` names the cloud.

    :raises InputError: The configuration is wrong, or does not contain the cloud.
    :raises LoginError: openstacksdk is not installed.
    """
    try:
        # Imported here, because the import takes longer than the rest of a task.
        from openstack import exceptions as sdk_exceptions
        from openstack.config import loader
        from yaml import YAMLError
    except ImportError as exc:
        raise LoginError(
            missing_library("openstacksdk", reason="for the option cloud, clouds.yaml and the variables OS_*"),
            hint="A complete auth without cloud works without it.",
        ) from exc
    cloud = options.get("cloud")
    _check_type(cloud)
    region_name = options.get("region_name") or None
    secrets: set[str] = set()
    try:
        clouds, name, source = _load_clouds(loader, cloud)
        entry = clouds.cloud_config["clouds"][name]
        secrets = secret_values(entry)
        _prepare_entry(entry, source, region_name)
        settings = dict(clouds.get_one(name, validate=False, region_name=region_name or "").config)
    except sdk_exceptions.ConfigException as exc:
        raise InputError(f"The configuration of the cloud cannot be used: {redact(str(exc), secrets)}") from exc
    except (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError, YAMLError) as exc:
        # openstacksdk checks no types, fills in texts in braces, and fetches some profiles. The text of the error is
        # left out, because it may contain a part of a secret.
        raise InputError(
            f"The configuration of the cloud cannot be used: openstacksdk fails on it with {type(exc).__name__}.",
            hint="Look for values of a wrong type, for braces outside of auth, and for a profile that must be fetched.",
        ) from None
    if not entry.get("region_name") and not entry.get("regions") and not region_name:
        # openstacksdk takes the first region of a profile. Here the user or the catalog must say which region to use.
        settings["region_name"] = None
    return source, None if isinstance(cloud, Mapping) else name, settings


def _check_type(cloud: Any) -> None:
    if isinstance(cloud, str) and looks_like_data(cloud):
        raise InputError(
            "cloud is a string that looks like a dictionary.", hint="Give the name of a cloud, or a real dictionary."
        )
    if cloud is not None and not isinstance(cloud, (str, Mapping)):
        raise InputError("cloud must be the name of a cloud or a dictionary.")


def _load_clouds(loader: Any, cloud: Any) -> tuple[Any, str, str]:
    """Return openstacksdk's configuration, the name of the cloud in it, and the source of its settings for messages."""
    if isinstance(cloud, Mapping):
        clouds = loader.OpenStackConfig(load_yaml_config=False, load_envvars=False)
        clouds.cloud_config = {"clouds": {"cloud": copy.deepcopy(dict(cloud))}}
        return clouds, "cloud", "The dictionary cloud"
    # Copies, because older releases append OS_CLIENT_CONFIG_FILE to the lists of their module.
    clouds = loader.OpenStackConfig(config_files=list(loader.CONFIG_FILES), secure_files=list(loader.SECURE_FILES))
    name = _cloud_name(clouds, cloud or None)
    from_environment = name == clouds.envvar_key
    source = "The environment (OS_*)" if from_environment else f"The cloud {name} of {clouds.config_filename}"
    return clouds, name, source


def _cloud_name(clouds: Any, name: Optional[str]) -> str:
    """Return the name of the cloud to use.

    :raises InputError: There is no such cloud, or no name is given and there are several.
    """
    requested_file = os.environ.get("OS_CLIENT_CONFIG_FILE")
    if requested_file and clouds.config_filename != requested_file:
        # openstacksdk silently reads other files instead.
        raise InputError(
            f"OS_CLIENT_CONFIG_FILE names {requested_file}, which does not exist, is not readable or is not YAML."
        )
    entries = clouds.cloud_config["clouds"]
    # An entry with this name and these values is openstacksdk's placeholder for "no cloud".
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
    """Check one cloud of the configuration, and complete it in place where openstacksdk would fail or guess.

    :raises InputError: It is not a dictionary, or has several regions and none is chosen.
    """
    if not isinstance(entry, dict) or not isinstance(entry.get("auth") or {}, dict):
        raise InputError(f"{source} is not a dictionary, or its auth is not.")
    entry["auth"] = auth = dict(entry.get("auth") or {})
    for key in argument_spec()["auth"]["options"]:
        # openstacksdk fills in braces in values beside auth, and a secret may contain braces.
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
