# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects of Keystone as hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: projects
short_description: Projects of an OpenStack cloud as hosts
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Makes a host of each project of Keystone, with the variables with which a module acts on that project. So the forks of Ansible, and the slices
    of an AWX job, work on many projects at once.
  - The source is a YAML file whose name is C(projects.yml) or C(openprotect.yml), or ends in C(.projects.yml) or C(.openprotect.yml); C(.yaml)
    does as well.
  - Nothing is written to the cloud. No variable of a host holds a secret.
  - A file that cannot be used is a warning to Ansible, and the play then has no hosts, which is no failure. Set C(any_unparsed_is_failed) in the
    section C(inventory) of C(ansible.cfg), or E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED), so that it fails.
extends_documentation_fragment:
  - openprotect.backup._auth
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description:
      - Says that the file is one of this plugin.
    type: str
    required: true
    choices: [openprotect.backup.projects]
  cloud:
    description:
      - Name of a cloud in C(clouds.yaml), or V(envvars) for the variables E(OS_*). The modules log in with the same name, so they must know it where they run.
      - Without O(cloud) and O(auth) the cloud is the one that E(OS_CLOUD) names, else what the other variables E(OS_*) say, else the only
        cloud of C(clouds.yaml). The hosts get the name of that one.
    type: str
  all_projects:
    description:
      - Ask Keystone for all projects of the cloud, which is for administrators.
      - By default these are the projects that the user may log in to. A module cannot act on any other.
    type: bool
    default: false
  domain:
    description:
      - Only the projects of this domain, by id or name. Names of domains are known to administrators; other users know that of the project and of
        the user that they log in with.
    type: str
  tags:
    description:
      - Only the projects that have each of these tags.
    type: list
    elements: str
  exclude_tags:
    description:
      - Not the projects that have one of these tags.
    type: list
    elements: str
  names:
    description:
      - Only the projects whose name matches one of these shell patterns, such as V(shop-*). Upper and lower case differ.
    type: list
    elements: str
  exclude_names:
    description:
      - Not the projects whose name matches one of these shell patterns.
    type: list
    elements: str
  enabled_only:
    description:
      - Not the projects that are disabled. Nobody can log in to those.
    type: bool
    default: true
  host_name:
    description:
      - What a host is called.
      - V(name), the name of the project. Where several projects have it, in several domains, all of these are called as with V(name_domain).
      - V(name_domain), name and domain, as in V(shop@Default), with the id of a domain whose name is not known. Choose this where names are repeated,
        so that a new project never changes what another host is called.
      - V(id), the id of the project. A project whose name has a brace or a slash in it is always called so.
      - A project with a name that means something to Ansible, such as C(localhost) or C(all), is never called by its name alone.
    type: str
    choices: [name, name_domain, id]
    default: name
notes:
  - The variables of a host are called as in the playbooks of this collection. C(openprotect_cloud) is the name of the cloud;
    C(openprotect_project_id), C(openprotect_project_name), C(openprotect_project_domain_id), C(openprotect_project_domain_name), which is null where the user
    may not know it, C(openprotect_project_description), C(openprotect_project_enabled) and C(openprotect_project_tags) are of the project. The other
    connection options that the file gives are handed on in the same way, such as C(openprotect_region_name).
  - C(ansible_connection) is V(local), and C(ansible_python_interpreter) the Python that runs Ansible, since a host is nothing that one could log in to.
  - O(auth) is not handed on. Where the file has it and no O(cloud), the play needs credentials of its own, such as C(openprotect_auth) in a vault.
  - Nothing in the file is a template. A secret may stand in it as ansible-vault encrypts a text (C(!vault)).
  - What is cached depends on the options of the file, but not on the variables E(OS_*).
seealso:
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
# shop.projects.yml: projects that the user of the cloud "backup" in clouds.yaml may log in to.
# These two lines are enough for all of them.
plugin: openprotect.backup.projects
cloud: backup

# Only those with the tag "backup" of one domain, but no sandbox
domain: customers
tags:
  - backup
exclude_names:
  - "sandbox-*"

# A group for each value of the tag "tier=...", and one of those with the tag "production"
keyed_groups:
  - key: openprotect_project_tags | select('match', 'tier=') | map('regex_replace', '^tier=', '') | list
    prefix: tier
groups:
  production: "'production' in openprotect_project_tags"
compose:
  owner: openprotect_project_description

# Names of hosts that stay the same whatever projects are made later
host_name: name_domain
"""

import logging
import re
from collections.abc import Callable, Mapping
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
from ..module_utils._core.secrets import secret_values
from ..module_utils._openstack.options import argument_spec
from ..module_utils._trilio import project

# Our own messages say what it says of a failed discovery; without a handler it would go to stderr.
logging.getLogger("keystoneauth").addHandler(logging.NullHandler())

# Before ansible-core 2.19 every text may be a template, and none is marked.
trusted: Callable[[str], str] = getattr(template, "trust_as_template", str)

STEMS = ("projects", "openprotect")
FILTERS = ("all_projects", "domain", "tags", "exclude_tags", "names", "exclude_names", "enabled_only")
PLAIN = re.compile(r"[\w @.,:;/+=()-]*")
"""Texts that cannot be templates; others are marked, as `ansible-inventory --list` shows with `__ansible_unsafe`."""

INTERPRETER = "{{ ansible_playbook_python }}"
"""The modules run where the inventory is read; the Python of that system need not have the libraries."""


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Add a host for each project."""

    NAME = "openprotect.backup.projects"

    def verify_file(self, path: str) -> bool:
        """Return whether a file looks like a source of this plugin."""
        name = path.rpartition("/")[2]
        stem, _dot, ending = name.rpartition(".")
        return bool(super().verify_file(path)) and ending in ("yml", "yaml") and stem.rpartition(".")[2] in STEMS

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        """Read the file, ask Keystone, and add the hosts.

        :raises AnsibleParserError: The file is wrong, or Keystone cannot be asked.
        """
        super().parse(inventory, loader, path, cache)
        given = self._read_config_data(path)
        try:
            self._refuse_unknown(given)
            options = self._connection_options()
            found = self._found(options, self.get_cache_key(path), cache)
        except BackupError as exc:
            raise AnsibleParserError(str(exc)) from None
        for text in found.warnings:
            self.display.warning(text)
        names = project.host_names(found, self.get_option("host_name"))
        for row in found.rows:
            self._add(inventory, names[str(row["id"])], project.variables(row, found, options))

    def _refuse_unknown(self, given: Mapping[str, Any]) -> None:
        """Refuse keys that are not options: a misspelt filter would let all projects pass.

        :raises InputError: There is one.
        """
        aliases = {alias for option in argument_spec().values() for alias in option.get("aliases", ())}
        unknown = sorted(str(key) for key in given if key not in self._options and key not in aliases)
        if unknown:
            raise InputError(
                f"The inventory plugin {self.NAME} has no option {', '.join(unknown)}.",
                hint=f"ansible-doc -t inventory {self.NAME} lists them.",
            )

    def _connection_options(self) -> dict[str, Any]:
        """Return the connection options as modules get them.

        :raises InputError: One is not as the argument spec says.
        """
        spec = argument_spec()
        given = {name: decrypted(self.get_option(name)) for name in spec if self.get_option(name) is not None}
        checked = ArgumentSpecValidator(spec).validate(given)
        if checked.error_messages:
            raise InputError(" ".join(remove_values(checked.error_messages, secret_values(given.get("auth")))))
        options: dict[str, Any] = checked.validated_parameters
        return options

    def _found(self, options: Mapping[str, Any], key: str, cache: bool) -> project.Found:
        """Return the projects, from the cache if it holds the answer to the same question."""
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
        """Add a host with its variables, and the variables and groups that the options construct from them."""
        inventory.add_host(host)
        everything = {
            **safe({**variables, "ansible_connection": "local"}),
            "ansible_python_interpreter": trusted(INTERPRETER),
        }
        for name, value in everything.items():
            inventory.set_variable(host, name, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), everything, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), everything, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), everything, host, strict=strict)


def decrypted(value: Any) -> Any:
    """Return a value of the file with vaulted text decrypted; before ansible-core 2.19 that is an object of its own."""
    if isinstance(value, Mapping):
        return {key: decrypted(each) for key, each in value.items()}
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def safe(value: Any) -> Any:
    """Return a value of Keystone with nothing in it taken for a template: else a project's name could run code here."""
    if isinstance(value, Mapping):
        return {key: safe(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [safe(each) for each in value]
    if not isinstance(value, str):
        return value
    return trusted(value) if PLAIN.fullmatch(value) else wrap_var(value)
