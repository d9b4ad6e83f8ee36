# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of all modules that talk to an OpenStack cloud."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the options that `module_utils/_openstack/options.py` declares. A test compares the two."""

    DOCUMENTATION = r"""
options:
  cloud:
    description:
      - Name of a cloud in C(clouds.yaml), or a dictionary with the content of such an entry.
      - The file is searched for as by the C(openstack) command, beginning in the directory in which Ansible was called.
        On a host other than that of Ansible, the search begins in the current directory.
      - An unknown name fails the task. The E(OS_*) variables are never used instead.
      - A dictionary is used alone, without files and environment. It may name a C(profile) that openstacksdk ships.
      - The values of its C(auth), and of keys that look like a secret, such as C(client_secret), are kept out of logs
        and results, except for those that are known to be harmless. A secret of less than four characters is not
        searched for in results.
      - If neither O(cloud) nor O(auth) is set, the cloud is the one that E(OS_CLOUD) names. If E(OS_CLOUD) is not set,
        it is the one that the other E(OS_*) variables describe, or else the only cloud in C(clouds.yaml).
      - Requires openstacksdk.
    type: raw
  auth:
    description:
      - URL of Keystone and credentials.
      - Without O(cloud), the dictionary is used alone and must be complete. That is O(auth.auth_url), the credentials,
        and a project. An application credential already has its project. Nothing is read from the environment or
        from files.
      - With O(cloud), its keys override those of the cloud. A project in O(auth) replaces everything that the cloud
        says about project and scope.
    type: dict
    suboptions:
      auth_url:
        description: URL of Keystone, such as V(https://cloud.example.com:5000/v3).
        type: str
      username:
        description: Name of the user. The domain of the user is required as well.
        type: str
      user_id:
        description: Id of the user, instead of name and domain.
        type: str
      password:
        description: Password of the user.
        type: str
      user_domain_id:
        description: Id of the domain of the user.
        type: str
      user_domain_name:
        description: Name of the domain of the user.
        type: str
      project_id:
        description: Id of the project to work in.
        type: str
      project_name:
        description: Name of the project to work in. The domain of the project is required as well.
        type: str
      project_domain_id:
        description: Id of the domain of the project.
        type: str
      project_domain_name:
        description: Name of the domain of the project.
        type: str
      domain_id:
        description: Id of the domain of user and project. Used for each of them that has no domain of its own here.
        type: str
      domain_name:
        description: Name of the domain of user and project. Used for each of them that has no domain of its own here.
        type: str
      token:
        description: Token to log in with. It is exchanged for a new token of the given project.
        type: str
      application_credential_id:
        description: Id of an application credential.
        type: str
      application_credential_name:
        description: Name of an application credential. Its user is required as well.
        type: str
      application_credential_secret:
        description: Secret of the application credential.
        type: str
  auth_type:
    description:
      - Name of a keystoneauth1 plugin.
      - The default follows from the credentials. It is V(password), V(v3token) or V(v3applicationcredential).
      - With O(auth) alone, it must be V(password), V(v3password), V(token), V(v3token) or V(v3applicationcredential).
        Use O(cloud) for the other plugins.
    type: str
  region_name:
    description:
      - Region of the endpoints. Endpoints of other regions are never used.
      - Required if the catalog lists the service in several regions.
    type: str
  interface:
    description:
      - Interface of the endpoints. Endpoints of other interfaces are never used.
      - The default is the interface that the cloud sets, or else V(public).
    type: str
    choices: [public, internal, admin]
    aliases: [endpoint_type]
  validate_certs:
    description:
      - If V(false), the certificates of the servers are not verified.
      - The default is what the cloud sets, or else V(true).
    type: bool
    aliases: [verify]
  ca_cert:
    description:
      - File with the CA certificates to verify the servers with, instead of those of the system.
      - A relative path is searched for in the directory in which Ansible was called, then in that of the playbook.
    type: path
    aliases: [cacert]
  client_cert:
    description: File with the client certificate. It must hold the key as well, unless O(client_key) is set.
    type: path
    aliases: [cert]
  client_key:
    description: File with the key of O(client_cert).
    type: path
    aliases: [key]
  api_timeout:
    description: Seconds to wait for the response to one HTTP request, as opposed to the time to wait for an object.
    type: int
  endpoint_override:
    description:
      - URL of the workloadmgr service, instead of the one in the catalog.
      - The part after C(/v1) is replaced by the project of the token. A URL without a path, such as
        V(http://host:8781), is completed.
    type: str
  server_line:
    description:
      - Product line of the server. The form of schedules depends on it.
      - With V(auto), the line is detected from what the server shows.
      - If it is not set, E(OPENPROTECT_SERVER_LINE) is used.
    type: str
    choices: [auto, '4', '5', '6']
    default: auto
requirements:
  - python >= 3.9
  - keystoneauth1
  - requests
  - openstacksdk (only for O(cloud), C(clouds.yaml) and the variables E(OS_*))
notes:
  - After the login, the project of the token is compared with the requested one. If they differ, the task fails before
    it sends a request to any service other than Keystone.
  - The built-in OpenStack credential of AWX and automation controller works without connection options. It is a
    C(clouds.yaml) that E(OS_CLIENT_CONFIG_FILE) names.
  - The options have the names and meanings of those of the C(openstack.cloud) collection, so that one
    C(module_defaults) block can serve both.
"""
