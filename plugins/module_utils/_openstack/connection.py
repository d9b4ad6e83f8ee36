# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""One Keystone session that is bound to one project, and the endpoints of the services."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import urlsplit

from .._core.errors import EndpointError
from .configuration import Configuration, http_url
from .credentials import APPLICATION_CREDENTIAL

if TYPE_CHECKING:
    from keystoneauth1.access import AccessInfo
    from keystoneauth1.session import Session

_SERVICE_TYPES = {"block-storage": ("block-storage", "volumev3")}
"""The types under which catalogs list a service."""

_API_VERSIONS = {"identity": "/v3", "network": "/v2.0"}
"""Version in the path of services whose catalog entry may lack it."""

_PLACEHOLDERS = re.compile(r"[$%]\((?:tenant|project)_id\)s")
"""Placeholders that some catalogs contain in place of the project id."""


class Connection:
    """One authenticated session, bound to one project.

    :ivar session: keystoneauth1 session. It logs in again by itself when the token expires.
    :ivar cloud: Value of the option `cloud` for the same login, `envvars` for `OS_*`; None for a complete `auth` and
        for a dictionary.
    :ivar shown_cloud: The cloud as results show it.
    :ivar project_id: Project of the token.
    :ivar domains: Names of the domains of the project and the user, by id.
    :ivar application_credential: Whether the login used one. Its tokens cannot act on another project.
    :ivar roles: Names of the roles of the user in the project, for messages.
    :ivar region_name: Region of the endpoints, None if none was chosen.
    :ivar interface: Interface of the endpoints: `public`, `internal` or `admin`.
    :ivar issued: Time at which Keystone issued the token, by Keystone's clock.
    :ivar expires: Time at which the token expires.
    :ivar secrets: The token and the credentials, which the caller masks in results.
    """

    def __init__(
        self,
        session: Session,
        access: AccessInfo,
        configuration: Configuration,
        *,
        endpoint_override: Optional[str],
        secrets: frozenset[str],
    ) -> None:
        self.session = session
        self.cloud = configuration.cloud
        self.application_credential = configuration.kind == APPLICATION_CREDENTIAL
        self.project_id: str = str(access.project_id)
        self.project_name: Optional[str] = access.project_name
        self.shown_cloud = {**configuration.shown, "project_name": self.project_name}
        self.user_id: Optional[str] = access.user_id
        self.user_name: Optional[str] = access.username
        self.roles: tuple[str, ...] = tuple(access.role_names or ())
        self.issued: Optional[datetime] = access.issued
        self.expires: Optional[datetime] = access.expires
        named = (
            (access.project_domain_id, access.project_domain_name),
            (access.user_domain_id, access.user_domain_name),
        )
        self.domains: dict[str, str] = {domain_id: name for domain_id, name in named if domain_id and name}
        self.region_name = configuration.region_name
        self.interface = configuration.interface
        self.secrets = secrets
        self._endpoint_override = endpoint_override
        self._catalog: list[dict[str, Any]] = access.service_catalog.normalize_catalog()

    def __repr__(self) -> str:
        """Return a text without secrets."""
        return f"<Connection project_id={self.project_id} region_name={self.region_name} interface={self.interface}>"

    def endpoint(self, *service_types: str) -> str:
        """Return the URL of a service in the catalog of the token, without a slash at its end.

        :param service_types: Types to try, in order. The first one with an endpoint in this region and interface is
            used. No other region or interface is used (reference A.1).
        :raises EndpointError: There is no endpoint, or there are several.
        """
        for service_type in service_types:
            found = [endpoint for endpoint in self._endpoints(service_type) if endpoint["interface"] == self.interface]
            if self.region_name:
                found = [endpoint for endpoint in found if endpoint["region_name"] == self.region_name]
            regions = sorted({str(endpoint["region_name"]) for endpoint in found})
            urls = sorted({endpoint["url"].rstrip("/") for endpoint in found})
            if len(regions) > 1:
                raise EndpointError(
                    f"The catalog holds {self.interface} endpoints of type {service_type} "
                    f"in several regions: {', '.join(regions)}.",
                    hint="Choose one with region_name.",
                )
            if len(urls) > 1:
                raise EndpointError(
                    f"The catalog holds several {self.interface} endpoints of type {service_type}: {', '.join(urls)}."
                )
            if urls:
                return str(urls[0])
        raise self._no_endpoint(service_types)

    def hosts(self, service_type: str) -> dict[str, set[str]]:
        """Return the hosts of the endpoints of a service, by interface, in all regions."""
        found: dict[str, set[str]] = {}
        for endpoint in self._endpoints(service_type):
            found.setdefault(str(endpoint["interface"]), set()).add(str(urlsplit(endpoint["url"]).hostname))
        return found

    def _endpoints(self, service_type: str) -> list[dict[str, Any]]:
        """Return the endpoints of exactly that type; keystoneauth1 would also return those of its aliases."""
        return [
            endpoint
            for service in self._catalog
            if service["type"] == service_type
            for endpoint in service["endpoints"]
            if endpoint.get("url")
        ]

    def _no_endpoint(self, service_types: tuple[str, ...]) -> EndpointError:
        elsewhere = [
            f"{service_type} is there in region {endpoint['region_name']}, interface {endpoint['interface']}"
            for service_type in service_types
            for endpoint in self._endpoints(service_type)
        ]
        types = sorted({str(service["type"]) for service in self._catalog})
        place = (
            f"region {self.region_name}, interface {self.interface}"
            if self.region_name
            else f"interface {self.interface}"
        )
        return EndpointError(
            f"The catalog of project {self.project_name or self.project_id} holds no endpoint of type "
            f"{' or '.join(service_types)} for {place}. It holds: {', '.join(types) or 'nothing'}."
            + "".join(f" {sentence}." for sentence in elsewhere),
            hint="Choose another region_name or interface." if elsewhere else "",
        )

    def service_url(self, service_type: str) -> str:
        """Return the URL of a service, with the version of its API, which may be absent from the catalog.

        :raises EndpointError: See `endpoint`.
        """
        url = self.endpoint(*_SERVICE_TYPES.get(service_type, (service_type,)))
        version = _API_VERSIONS.get(service_type, "")
        return url if url.endswith(version) else url + version

    def workloadmgr_url(self) -> str:
        """Return the base URL of workloadmgr, `.../v1/<project id of the token>` (reference A.1).

        The path after `/v1` is replaced by the project of the token, since some deployments leave a placeholder
        there. An override that consists of scheme, host and port is completed.

        :raises EndpointError: There is no endpoint, or its URL has no `/v1` in it.
        """
        override = self._endpoint_override
        url = override or self.endpoint("workloads", "workloadmgr")
        source = "endpoint_override" if override else "The endpoint of workloadmgr in the catalog"
        parts = http_url(_PLACEHOLDERS.sub(self.project_id, url))
        if parts is None:
            # The URL is not shown, because it may contain a password.
            raise EndpointError(f"{source} is not a plain http or https URL without user, query and fragment.")
        origin, segments = parts
        if "v1" in segments:
            # The last one, because the path of a proxy in front may contain another v1.
            base = segments[: len(segments) - segments[::-1].index("v1")]
        elif override and not segments:
            base = ["v1"]
        else:
            raise EndpointError(
                f"{source} is {url}, which has no /v1 in its path.",
                hint="A URL of workloadmgr looks like http://host:8781/v1.",
            )
        return "/".join([origin, *base, self.project_id])
