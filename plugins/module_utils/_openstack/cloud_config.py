# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The settings of one cloud: openstacksdk reads them from `clouds.yaml`, the variables `OS_*` or a dictionary."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable, Mapping
from typing import Any, Optional

from .._core.errors import InputError
from .._core.known_names import listed, near
from .._core.secret_values import looks_like_data, redact, secret_values
from .._core.this_host import call_directory, find_file, finder, missing_library
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
        error = missing_library("openstacksdk", exc)
        error.hint += " A complete auth without cloud works without it."
        raise error from exc
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
    for variable in ("OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"):
        if os.environ.get(variable):
            # openstacksdk would look for a relative path in the current directory only.
            os.environ[variable] = find_file(variable, os.environ[variable])
    files = _files(loader, "clouds", loader.CONFIG_FILES)
    clouds = loader.OpenStackConfig(
        config_files=files,
        secure_files=_files(loader, "secure", loader.SECURE_FILES),
        vendor_files=_files(loader, "clouds-public", loader.VENDOR_FILES),
    )
    name = _cloud_name(clouds, cloud or None, files)
    from_environment = name == clouds.envvar_key
    source = "The environment (OS_*)" if from_environment else f"The cloud {name} of {clouds.config_filename}"
    return clouds, name, source


def _files(loader: Any, stem: str, usual: Iterable[str]) -> list[str]:
    """Return the files of one kind that openstacksdk is to look for, first in the directory of the call.

    It is a copy, because older releases append OS_CLIENT_CONFIG_FILE to the list of their module.
    """
    directory = call_directory()
    endings = (*loader.YAML_SUFFIXES, *loader.JSON_SUFFIXES) if directory else ()
    return [*(os.path.join(str(directory), stem + ending) for ending in endings), *usual]


def _cloud_name(clouds: Any, name: Optional[str], files: Iterable[str]) -> str:
    """Return the name of the cloud to use.

    :param files: The files that were looked for.
    :raises InputError: There is no such cloud, or no name is given and there are several.
    """
    requested_file = os.environ.get("OS_CLIENT_CONFIG_FILE")
    if requested_file and clouds.config_filename != requested_file:
        # openstacksdk silently reads other files instead.
        raise InputError(f"OS_CLIENT_CONFIG_FILE names {requested_file}, which {finder()} cannot read as YAML.")
    entries = clouds.cloud_config["clouds"]
    # An entry with this name and these values is openstacksdk's placeholder for "no cloud".
    known = [key for key in entries if not (key == "defaults" and entries[key] == clouds.defaults)]
    name = name or (clouds.default_cloud if known else None)
    if name is not None and name in known:
        return str(name)
    names = sorted(str(key) for key in known if key != clouds.envvar_key)
    in_file = listed(names) or "none"
    searched = ", ".join(dict.fromkeys(os.path.dirname(each) for each in files))
    where = (
        f"in {clouds.config_filename}, read by {finder()}"
        if clouds.config_filename
        else f"{finder()} finds no clouds.yaml in {searched}"
    )
    if name is not None:
        raise InputError(f"There is no cloud {name}.{near(name, names)} Known clouds: {in_file} ({where}).")
    if not known:
        raise InputError(
            f"Nothing says where to log in ({where}).", hint="Give auth, or cloud, or set OS_CLOUD or other OS_*."
        )
    raise InputError(
        f"Nothing says which cloud to use. Known clouds: {in_file} ({where}).",
        hint="Name one with cloud, or with OS_CLOUD.",
    )


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
            raise InputError(f"{source} has several regions: {listed(names)}.", hint="Choose one with region_name.")
