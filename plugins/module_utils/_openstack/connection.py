# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""One Keystone session that is bound to one project, and where the services are that it reaches."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from .._core.errors import EndpointError
from .configuration import Configuration, http_url
from .credentials import APPLICATION_CREDENTIAL

if TYPE_CHECKING:
    from keystoneauth1.access import AccessInfo
    from keystoneauth1.session import Session

_SERVICE_TYPES = {"block-storage": ("block-storage", "volumev3")}
"""Types that catalogs have for a service."""

_API_VERSIONS = {"identity": "/v3", "network": "/v2.0"}
"""What follows the URL in the catalog of the services whose endpoint is not that of a version."""

_PLACEHOLDERS = re.compile(r"[$%]\((?:tenant|project)_id\)s")
"""What some catalogs have where the id of the project belongs."""


class Connection:
    """One authenticated session, bound to one project.

    :ivar session: Sends requests with the token; it logs in again by itself where the token ran out.
    :ivar cloud: Name under which the option `cloud` finds the same login again, `envvars` for `OS_*`; None of a complete `auth` and of a dictionary.
    :ivar project_id: The project of the token.
    :ivar domains: Ids and names of the domains that the token names: that of the project and that of the user.
    :ivar application_credential: Whether the login was by one, whose tokens never act on another project.
    :ivar roles: Names of the roles of the user in the project, for messages.
    :ivar region_name: The region whose endpoints are used, None where none was chosen.
    :ivar interface: The interface whose endpoints are used: `public`, `internal` or `admin`.
    :ivar issued: When Keystone issued the token, by its own clock; `expires` says until when it is good.
    :ivar secrets: The token and the credentials, for the caller to mask in results.
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
        """Return the project, and nothing that is secret."""
        return f"<Connection project_id={self.project_id} region_name={self.region_name} interface={self.interface}>"

    def endpoint(self, *service_types: str) -> str:
        """Return the URL of a service, without a slash at its end, as the catalog of the token has it.

        :param service_types: Types to try, in order; the first that has an endpoint in this region and interface counts.
            No other region and no other interface is ever taken (reference A.1).
        :raises EndpointError: There is none, or which of several is meant cannot be told.
        """
        for service_type in service_types:
            found = [endpoint for endpoint in self._endpoints(service_type) if endpoint["interface"] == self.interface]
            if self.region_name:
                found = [endpoint for endpoint in found if endpoint["region_name"] == self.region_name]
            regions = sorted({str(endpoint["region_name"]) for endpoint in found})
            urls = sorted({endpoint["url"].rstrip("/") for endpoint in found})
            if len(regions) > 1:
                raise EndpointError(
                    f"The catalog holds {self.interface} endpoints of type {service_type} in several regions: {', '.join(regions)}.",
                    hint="Choose one with region_name.",
                )
            if len(urls) > 1:
                raise EndpointError(
                    f"The catalog holds several {self.interface} endpoints of type {service_type}: {', '.join(urls)}."
                )
            if urls:
                return str(urls[0])
        raise self._no_endpoint(service_types)

    def _endpoints(self, service_type: str) -> list[dict[str, Any]]:
        """Return the endpoints of exactly that type; keystoneauth1 alone would take aliases of it as well."""
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
            f"The catalog of project {self.project_name or self.project_id} holds no endpoint of type {' or '.join(service_types)} for {place}. "
            f"It holds: {', '.join(types) or 'nothing'}." + "".join(f" {sentence}." for sentence in elsewhere),
            hint="Choose another region_name or interface." if elsewhere else "",
        )

    def service_url(self, service_type: str) -> str:
        """Return the URL of a service, by its type, with the version of its API that the catalog may leave out.

        :raises EndpointError: As `endpoint`.
        """
        url = self.endpoint(*_SERVICE_TYPES.get(service_type, (service_type,)))
        version = _API_VERSIONS.get(service_type, "")
        return url if url.endswith(version) else url + version

    def workloadmgr_url(self) -> str:
        """Return the base URL of workloadmgr, `.../v1/<project id of the token>` (reference A.1).

        What the catalog or `endpoint_override` says behind `/v1` is replaced by the project of the token, since some
        deployments leave a placeholder there. An override that is only scheme, host and port is completed.

        :raises EndpointError: There is no endpoint, or its URL is not one of workloadmgr.
        """
        override = self._endpoint_override
        url = override or self.endpoint("workloads", "workloadmgr")
        source = "endpoint_override" if override else "The endpoint of workloadmgr in the catalog"
        parts = http_url(_PLACEHOLDERS.sub(self.project_id, url))
        if parts is None:
            # Not shown: it may hold a password.
            raise EndpointError(f"{source} is not a plain http or https URL without user, query and fragment.")
        origin, segments = parts
        if "v1" in segments:
            # The last one: a proxy may have a v1 of its own in front.
            base = segments[: len(segments) - segments[::-1].index("v1")]
        elif override and not segments:
            base = ["v1"]
        else:
            raise EndpointError(
                f"{source} is {url}, which has no /v1 in its path.",
                hint="A URL of workloadmgr looks like http://host:8781/v1.",
            )
        return "/".join([origin, *base, self.project_id])
