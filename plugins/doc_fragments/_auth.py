# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of all modules that talk to an OpenStack cloud."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of what C(module_utils/auth_options.py) takes; a test holds the two against each other."""

    DOCUMENTATION = r"""
options:
  cloud:
    description:
      - Name of a cloud in C(clouds.yaml), or a dictionary with what stands below such a name.
      - A name that is not known fails. The variables E(OS_*) are never used in its place.
      - Of a dictionary only the dictionary counts, neither files nor environment. It may name a C(profile) that openstacksdk ships.
        All its values but the known harmless ones are kept out of logs and results.
      - Without O(cloud) and O(auth) the cloud is the one that E(OS_CLOUD) names, else what the other variables E(OS_*) say, else the only
        cloud of C(clouds.yaml).
      - Needs openstacksdk.
    type: raw
  auth:
    description:
      - Where to log in, and as whom.
      - Without O(cloud) it is taken alone and must be complete, that is O(auth.auth_url), the credentials, and a project unless they are
        an application credential, which carries its own. Nothing of it is ever read from the environment or from a file.
      - With O(cloud) it is laid over what the cloud says. A project in it replaces all that the cloud says about project and scope.
    type: dict
    suboptions:
      auth_url:
        description: URL of Keystone, for example V(https://cloud.example.com:5000/v3).
        type: str
      username:
        description: Name of the user. It needs the domain of the user as well.
        type: str
      user_id:
        description: ID of the user, in place of name and domain.
        type: str
      password:
        description: Password of the user.
        type: str
      user_domain_id:
        description: ID of the domain of the user.
        type: str
      user_domain_name:
        description: Name of the domain of the user.
        type: str
      project_id:
        description: ID of the project to act on.
        type: str
      project_name:
        description: Name of the project to act on. It needs the domain of the project as well.
        type: str
      project_domain_id:
        description: ID of the domain of the project.
        type: str
      project_domain_name:
        description: Name of the domain of the project.
        type: str
      domain_id:
        description: ID of the domain of user and project, where these name none of their own.
        type: str
      domain_name:
        description: Name of the domain of user and project, where these name none of their own.
        type: str
      token:
        description: A token to log in with. A new one, for the project that is named, is issued from it.
        type: str
      application_credential_id:
        description: ID of an application credential.
        type: str
      application_credential_name:
        description: Name of an application credential. It needs its user as well.
        type: str
      application_credential_secret:
        description: Secret of the application credential.
        type: str
  auth_type:
    description:
      - Name of a plugin of keystoneauth1.
      - The default follows the credentials, V(password), V(v3token), or V(v3applicationcredential).
      - With O(auth) alone one of V(password), V(v3password), V(token), V(v3token), V(v3applicationcredential).
        The others can be used through O(cloud).
    type: str
  region_name:
    description:
      - Region whose endpoints are used. No other region is ever taken.
      - Needed where the catalog has the service in several regions.
    type: str
  interface:
    description:
      - Interface whose endpoints are used. No other interface is ever taken.
      - Where nothing is said, here or by the cloud, it is V(public).
    type: str
    choices: [public, internal, admin]
    aliases: [endpoint_type]
  validate_certs:
    description:
      - Whether the certificates of the servers are checked.
      - Where nothing is said, here or by the cloud, they are.
    type: bool
    aliases: [verify]
  ca_cert:
    description: File with the CA certificates to check the servers with, in place of those of the system.
    type: path
    aliases: [cacert]
  client_cert:
    description: File with the certificate of the client, and with its key where O(client_key) is not given.
    type: path
    aliases: [cert]
  client_key:
    description: File with the key of O(client_cert).
    type: path
    aliases: [key]
  api_timeout:
    description: How many seconds one HTTP request may take. This is not the time to wait for an object.
    type: int
  endpoint_override:
    description:
      - URL of the workloadmgr service, in place of the one in the catalog.
      - What stands behind C(/v1) is replaced by the project of the token. Of V(http://host:8781) the path is completed.
    type: str
  server_line:
    description:
      - Line of the product that the server is of. The form of schedules depends on it.
      - V(auto) looks at what the server shows.
      - Falls back to E(OPENPROTECT_SERVER_LINE) where the option is not given.
    type: str
    choices: [auto, '4', '5', '6']
    default: auto
requirements:
  - python >= 3.9
  - keystoneauth1
  - requests
  - openstacksdk (only for O(cloud), C(clouds.yaml) and the variables E(OS_*))
notes:
  - After the login the project of the token is compared with the one asked for. If they differ, the task fails before it talks to any
    service but Keystone.
  - The OpenStack credential that AWX and automation controller have built in works with no connection option given. It is a C(clouds.yaml)
    that E(OS_CLIENT_CONFIG_FILE) names.
  - The options have the names and the meaning of those of the collection C(openstack.cloud), so that one C(module_defaults) block can feed both.
"""
