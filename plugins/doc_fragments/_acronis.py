# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of the modules that talk to Acronis Cyber Platform."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the options that `module_utils/_acronis/login.py` declares. A test compares the two."""

    DOCUMENTATION = r"""
options:
  datacenter_url:
    description:
      - URL of the data centre, such as V(https://eu8.acronis.cloud). A trailing C(/api/2) is removed.
      - Required. If it is not set, E(ACRONIS_DATACENTER_URL) is used, then E(ACRONIS_BASE_URL).
    type: str
    aliases:
      - base_url
  client_id:
    description:
      - Id of the API client that logs in. If it is not set, E(ACRONIS_CLIENT_ID) is used.
      - With O(access_token), it says which API client the token was issued to.
    type: str
  client_secret:
    description:
      - Secret of O(client_id). It is exchanged for a token at the start of the task, and again if the token is no
        longer accepted.
      - If it is not set, E(ACRONIS_CLIENT_SECRET) is used.
    type: str
  access_token:
    description:
      - Token to use instead of a login. It is never renewed. Mutually exclusive with O(client_secret).
      - If it is not set, E(ACRONIS_ACCESS_TOKEN) is used.
    type: str
  token_endpoint:
    description:
      - Endpoint that issues tokens. Use V(api) for an API client that was created in the management portal, and
        V(connector) for the connector key of a CyberApp. Any other value is a path below O(datacenter_url), such as
        V(/api/2/idp/token).
      - If it is not set, E(ACRONIS_TOKEN_ENDPOINT) is used.
    type: str
    default: api
  validate_certs:
    description:
      - If V(false), the certificate of the data centre is not verified.
      - If it is not set, E(ACRONIS_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_cert:
    description:
      - File with the CA certificates to verify the data centre with, instead of those of Python's requests library.
      - A relative path is searched for in the directory in which Ansible was called, then in that of the playbook.
      - If it is not set, E(ACRONIS_CA_CERT) is used.
    type: path
    aliases:
      - ca_path
  api_timeout:
    description:
      - Seconds to wait for the response to one request. If it is not set, E(ACRONIS_API_TIMEOUT) is used.
    type: int
    default: 60
requirements:
  - python >= 3.9
  - requests
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    support: full
    description: Use C(group/openprotect.backup.acronis) in C(module_defaults) to set connection options once.
    membership:
      - openprotect.backup.acronis
"""
