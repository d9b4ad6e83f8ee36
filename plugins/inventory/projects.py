# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List the projects of Keystone as hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: projects
short_description: List the projects of an OpenStack cloud as hosts
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Makes one host of each Keystone project. The variables of the host are the connection options with which a module
    acts on that project. So the forks of Ansible, and the slices of an AWX job, work on many projects at the same time.
  - The source is a YAML file. Its name is C(projects.yml) or C(openprotect.yml), or ends in C(.projects.yml) or
    C(.openprotect.yml). The ending C(.yaml) is also possible.
  - The plugin writes nothing to the cloud. The variables of the hosts contain no secrets.
  - If the file cannot be used, or no project passes the filters, Ansible only warns, and a play without hosts does not
    fail. To make it fail, set C(any_unparsed_is_failed) in the section C(inventory) of C(ansible.cfg), or set
    E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED).
extends_documentation_fragment:
  - openprotect.backup._auth
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description:
      - Name of this plugin. It marks the file as a source of the plugin.
    type: str
    required: true
    choices: [openprotect.backup.projects]
  cloud:
    description:
      - Name of a cloud in C(clouds.yaml), or V(envvars) for the variables E(OS_*). The modules log in with the same
        name, so the cloud must also be configured on the host where they run.
      - Without O(cloud) and O(auth), the plugin uses the cloud that E(OS_CLOUD) names, else the other variables
        E(OS_*), else the only cloud in C(clouds.yaml). The hosts get the name of that cloud.
    type: str
  all_projects:
    description:
      - If V(true), the plugin lists all projects of the cloud. Only administrators can do this.
      - By default it lists the projects to which the user can log in. A module cannot act on any other project.
    type: bool
    default: false
  domain:
    description:
      - Select the projects of this domain, by id or name.
      - Administrators can use the name of every domain. Other users can use the names of two domains, that of the
        project and that of the user of the login.
    type: str
  tags:
    description:
      - Select the projects that have all of these tags.
    type: list
    elements: str
  exclude_tags:
    description:
      - Leave out the projects that have one of these tags.
    type: list
    elements: str
  names:
    description:
      - Select the projects whose name matches one of these shell patterns, such as V(shop-*). Upper and lower case
        differ.
    type: list
    elements: str
  exclude_names:
    description:
      - Leave out the projects whose name matches one of these shell patterns.
    type: list
    elements: str
  enabled_only:
    description:
      - If V(true), disabled projects are left out. Nobody can log in to a disabled project.
    type: bool
    default: true
  allow_empty:
    description:
      - If V(true), an inventory without hosts is only a warning. By default it is an error, because a filter may be
        misspelt.
    type: bool
    default: false
  host_name:
    description:
      - Form of the host names.
      - V(name) is the name of the project. If several projects have the same name, in different domains, their hosts
        are named as with V(name_domain).
      - V(name_domain) is the name of the project and of its domain, such as V(shop@Default), or the id of the domain
        if its name is not known. Choose this if names are repeated, so that a new project in another domain does not
        rename a host.
      - V(id) is the id of the project.
      - Characters other than letters, digits and C(_.@+-) become C(_), because a host pattern such as C(--limit) means
        something else by them. So the host of the project V(Team A) is C(Team_A). If two projects would then share a
        name, their hosts are named as with V(name_domain), and after that as with V(id).
      - A project whose name has a meaning for Ansible, such as C(localhost) or C(all), or is the name of a group, never
        gets its name alone.
    type: str
    choices: [name, name_domain, id]
    default: name
notes:
  - The variables of the hosts have the names that the playbooks of this collection use. C(openprotect_cloud) is the
    name of the cloud. C(openprotect_project_id), C(openprotect_project_name), C(openprotect_project_domain_id),
    C(openprotect_project_domain_name), C(openprotect_project_description), C(openprotect_project_enabled) and
    C(openprotect_project_tags) describe the project. C(openprotect_project_domain_name) is null if the user may not
    know it. The other connection options of the file are passed on in the same way, such as
    C(openprotect_region_name).
  - C(ansible_connection) is V(local), and C(ansible_python_interpreter) is the Python that runs Ansible, because nobody
    can log in to such a host.
  - O(auth) is not passed on. If the file has O(auth) and no O(cloud), the play needs its own credentials, such as
    C(openprotect_auth) in a vault.
  - The file cannot contain templates. It can contain secrets that ansible-vault has encrypted as texts (C(!vault)).
  - The cache depends on the options in the file, but not on the variables E(OS_*).
seealso:
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
# shop.projects.yml: the projects to which the user of the cloud "backup" in clouds.yaml can log in.
# These two lines are enough for all of them.
plugin: openprotect.backup.projects
cloud: backup

# Select the projects of one domain that have the tag "backup", without sandboxes
domain: customers
tags:
  - backup
exclude_names:
  - "sandbox-*"

# Make a group for each value of the tag "tier=...", and one for the projects with the tag "production"
keyed_groups:
  - key: openprotect_project_tags | select('match', 'tier=') | map('regex_replace', '^tier=', '') | list
    prefix: tier
groups:
  production: "'production' in openprotect_project_tags"
compose:
  owner: openprotect_project_description

# Keep the names of hosts when other projects are created
host_name: name_domain
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ansible import template
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._core.errors import BackupError, InputError
from ..module_utils._core.secret_values import searched, secrets_of_auth
from ..module_utils._openstack.options import argument_spec
from ..module_utils._trilio import project

# Our messages contain its warnings on a failed discovery; without a handler, Python prints them to stderr.
logging.getLogger("keystoneauth").addHandler(logging.NullHandler())

# Before ansible-core 2.19, every text may be a template, and no function marks one.
trusted: Callable[[str], str] = getattr(template, "trust_as_template", str)

STEMS = ("projects", "openprotect")
FILTERS = ("all_projects", "domain", "tags", "exclude_tags", "names", "exclude_names", "enabled_only")
PLAIN = re.compile(r"[\w @.,:;/+=()-]*")
"""Texts that cannot be templates. Others are marked: `ansible-inventory --list` shows them as `__ansible_unsafe`."""

INTERPRETER = "{{ ansible_playbook_python }}"
"""The modules run on the controller, where the Python of the system may lack the libraries."""


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory plugin that makes a host of each project."""

    NAME = "openprotect.backup.projects"

    def verify_file(self, path: str) -> bool:
        """Return whether a file has the name of a source of this plugin."""
        name = path.rpartition("/")[2]
        stem, _dot, ending = name.rpartition(".")
        return bool(super().verify_file(path)) and ending in ("yml", "yaml") and stem.rpartition(".")[2] in STEMS

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        """Read the file, list the projects, and add the hosts.

        :raises AnsibleParserError: The file is wrong, or the projects cannot be listed.
        """
        super().parse(inventory, loader, path, cache)
        given = self._read_config_data(path)
        try:
            self._refuse_unknown(given)
            options = self._connection_options()
            found = self._found(options, self.get_cache_key(path), cache)
        except BackupError as exc:
            raise AnsibleParserError(str(exc)) from None
        if not found.rows and not self.get_option("allow_empty"):
            hint = "Check the filters. If there may be no project, set allow_empty to true."
            raise AnsibleParserError(" ".join([*found.warnings, hint]))
        for text in found.warnings:
            self.display.warning(text)
        self._add_all(inventory, found, options)

    def _add_all(self, inventory: InventoryData, found: project.Found, options: Mapping[str, Any]) -> None:
        """Add the hosts under names that no group and no host of another source has.

        Groups are made with the hosts, so their names are known only afterwards.

        :raises AnsibleParserError: Another source has taken all names of a project.
        """
        own = {str(row["id"]): project.variables(row, found, options) for row in found.rows}
        others = dict(inventory.hosts)
        taken = set(inventory.groups)
        taken.update(name for name, host in others.items() if is_other_project(host.vars, own.values()))
        while True:
            names = project.host_names(found, self.get_option("host_name"), taken)
            for name in names.values():
                if name in taken:
                    raise AnsibleParserError(f"Another source of the inventory has a host or group {name} already.")
            for project_id, name in names.items():
                self._add(inventory, name, own[project_id])
            groups = set(names.values()) & set(inventory.groups)
            if not groups:
                return
            taken |= groups
            for name in set(names.values()) - set(others):
                inventory.remove_host(inventory.hosts[name])

    def _refuse_unknown(self, given: Mapping[str, Any]) -> None:
        """Refuse unknown keys, since a misspelt filter would select all projects.

        :raises InputError: The file has unknown keys.
        """
        aliases = {alias for option in argument_spec().values() for alias in option.get("aliases", ())}
        unknown = sorted(str(key) for key in given if key not in self._options and key not in aliases)
        if unknown:
            raise InputError(
                f"The inventory plugin {self.NAME} has no option {', '.join(unknown)}.",
                hint=f"ansible-doc -t inventory {self.NAME} lists them.",
            )

    def _connection_options(self) -> dict[str, Any]:
        """Return the connection options in the form that modules get.

        :raises InputError: An option is wrong.
        """
        spec = argument_spec()
        given = {name: decrypted(self.get_option(name)) for name in spec if self.get_option(name) is not None}
        checked = ArgumentSpecValidator(spec).validate(given)
        if checked.error_messages:
            secrets = searched(secrets_of_auth(given.get("auth")))
            raise InputError(" ".join(remove_values(checked.error_messages, secrets)))
        options: dict[str, Any] = checked.validated_parameters
        return options

    def _found(self, options: Mapping[str, Any], key: str, cache: bool) -> project.Found:
        """Return the projects from Keystone, or from the cache if it has the result of the same options.

        :param key: Key of the file in the cache.
        :param cache: Whether the cache may be read.
        """
        filters = {name: self.get_option(name) for name in FILTERS}
        secret = {key for key, option in argument_spec()["auth"]["options"].items() if option.get("no_log")}
        login = {key: value for key, value in (options.get("auth") or {}).items() if key not in secret}
        question = {**filters, **options, "auth": login}
        keeps = self.get_option("cache")
        if keeps and cache:
            kept = self._cache.get(key) or {}
            if kept.get("question") == question:
                return project.Found(**kept["found"])
        found = project.find_projects(options, filters)
        if keeps:
            self._cache[key] = {"question": question, "found": asdict(found)}
        return found

    def _add(self, inventory: InventoryData, host: str, variables: Mapping[str, Any]) -> None:
        """Add a host with its variables, and the variables and groups of the constructed options."""
        inventory.add_host(host)
        everything = {
            **without_templates({**variables, "ansible_connection": "local"}),
            "ansible_python_interpreter": trusted(INTERPRETER),
        }
        for name, value in everything.items():
            inventory.set_variable(host, name, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), everything, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), everything, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), everything, host, strict=strict)


def is_other_project(known: Mapping[str, Any], own: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether the variables of a host are those of a project that is not one of ours.

    Without this, a project of one cloud would take the place of the project of the same name in another cloud.
    """
    keys = ("openprotect_project_id", "openprotect_cloud", "openprotect_region_name")
    return known.get(keys[0]) is not None and not any(
        all(known.get(key) in (None, each.get(key)) for key in keys) for each in own
    )


def decrypted(value: Any) -> Any:
    """Return a value of the file in which vaulted texts are plain texts. Before ansible-core 2.19 they are objects."""
    if isinstance(value, Mapping):
        return {key: decrypted(each) for key, each in value.items()}
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def without_templates(value: Any) -> Any:
    """Return a value of Keystone without templates. Otherwise a project name could run code on the controller."""
    if isinstance(value, Mapping):
        return {key: without_templates(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_templates(each) for each in value]
    if not isinstance(value, str):
        return value
    return trusted(value) if PLAIN.fullmatch(value) else wrap_var(value)
