# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The connection options of modules and plugins."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.parameters import env_fallback

INTERFACES = ("public", "internal", "admin")


def argument_spec() -> dict[str, Any]:
    """Return the argument spec of the connection options, which the documentation fragment `_auth` describes.

    Names, aliases and meaning are those of openstack.cloud: one `module_defaults` block serves both collections.
    """
    return {
        "cloud": {"type": "raw"},
        "auth": {
            "type": "dict",
            "options": {
                "auth_url": {"type": "str"},
                "username": {"type": "str"},
                "user_id": {"type": "str"},
                "password": {"type": "str", "no_log": True},
                "user_domain_id": {"type": "str"},
                "user_domain_name": {"type": "str"},
                "project_id": {"type": "str"},
                "project_name": {"type": "str"},
                "project_domain_id": {"type": "str"},
                "project_domain_name": {"type": "str"},
                "domain_id": {"type": "str"},
                "domain_name": {"type": "str"},
                "token": {"type": "str", "no_log": True},
                "application_credential_id": {"type": "str"},
                "application_credential_name": {"type": "str"},
                "application_credential_secret": {"type": "str", "no_log": True},
            },
        },
        "auth_type": {"type": "str"},
        "region_name": {"type": "str"},
        "interface": {"type": "str", "choices": list(INTERFACES), "aliases": ["endpoint_type"]},
        "validate_certs": {"type": "bool", "aliases": ["verify"]},
        "ca_cert": {"type": "path", "aliases": ["cacert"]},
        "client_cert": {"type": "path", "aliases": ["cert"]},
        # The value is the path of a file, not the key.
        "client_key": {"type": "path", "aliases": ["key"], "no_log": False},
        "api_timeout": {"type": "int"},
        "endpoint_override": {"type": "str"},
        "server_line": {
            "type": "str",
            "choices": ["auto", "4", "5", "6"],
            "default": "auto",
            "fallback": (env_fallback, ["OPENPROTECT_SERVER_LINE"]),
        },
    }
