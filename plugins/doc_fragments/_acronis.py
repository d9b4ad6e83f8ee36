# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of the modules that talk to Acronis Cyber Platform."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of what C(module_utils/acronis_login.py) takes; a test holds the two against each other."""

    DOCUMENTATION = r"""
options:
  datacenter_url:
    description:
      - URL of your data centre, such as V(https://eu8.acronis.cloud). A trailing C(/api/2) is taken off.
      - Without it E(ACRONIS_DATACENTER_URL) counts, then E(ACRONIS_BASE_URL). One of them is required.
    type: str
    aliases:
      - base_url
  client_id:
    description:
      - The API client that logs in. Without it E(ACRONIS_CLIENT_ID) counts.
      - With O(access_token) it says which API client the token was issued to.
    type: str
  client_secret:
    description:
      - Secret of O(client_id), for which a token is issued at the start of the task, and again when that is no longer accepted.
      - Without it E(ACRONIS_CLIENT_SECRET) counts.
    type: str
  access_token:
    description:
      - A token to use instead of a login. It is never renewed. Exclusive with O(client_secret).
      - Without it E(ACRONIS_ACCESS_TOKEN) counts.
    type: str
  token_endpoint:
    description:
      - Where tokens are issued, V(api) for an API client made in the management portal, V(connector) for the connector key of a CyberApp, or a
        path below O(datacenter_url) such as V(/api/2/idp/token).
      - Without it E(ACRONIS_TOKEN_ENDPOINT) counts.
    type: str
    default: api
  validate_certs:
    description:
      - Whether to check the certificate of the data centre. Without it E(ACRONIS_VALIDATE_CERTS) counts.
    type: bool
    default: true
  ca_cert:
    description:
      - File of CA certificates to check it against, in place of those that Python's requests knows. Without it E(ACRONIS_CA_CERT) counts.
    type: path
    aliases:
      - ca_path
  api_timeout:
    description:
      - Seconds to wait for the answer to one request. Without it E(ACRONIS_API_TIMEOUT) counts.
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
