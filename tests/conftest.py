# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of all tests, and the fixtures that record exchanges."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
import requests_mock
from hypothesis import HealthCheck, settings
from support.exchange import cloud, workloads
from support.exchange.acronis import AcronisExchange
from support.exchange.recording import CINDER, NEUTRON, Exchange

# A shell that starts the tests in the background ignores this signal, and so do the processes that tests start and
# interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples in every run, and no deadline: a test does not fail by chance or on a busy machine.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture
def exchange(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    """Return a recording in the project of the captured workload of line 6."""
    monkeypatch.delenv("OPENPROTECT_SERVER_LINE", raising=False)
    with requests_mock.Mocker() as mock:
        yield Exchange(mock)


@pytest.fixture
def exchange_4(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    """Return a recording in the project of the captured workload of line 4."""
    monkeypatch.delenv("OPENPROTECT_SERVER_LINE", raising=False)
    with requests_mock.Mocker() as mock:
        yield Exchange(mock, workloads.FOUR["project_id"])


@pytest.fixture
def restoring(exchange_4: Exchange) -> Exchange:
    """Return a recording in the project of the captured restores, with Neutron and Cinder in the catalog.

    The guards of a restore are answered by a site that lets everything pass.
    """
    # Neutron's endpoint has no version.
    exchange_4.services.update({"network": NEUTRON.removesuffix("/v2.0"), "block-storage": CINDER})
    cloud.stand(exchange_4)
    return exchange_4


@pytest.fixture
def acronis(monkeypatch: pytest.MonkeyPatch) -> Iterator[AcronisExchange]:
    """Return a recording at a data centre of Acronis, without its variables in the environment."""
    for name in (
        "DATACENTER_URL",
        "BASE_URL",
        "CLIENT_ID",
        "CLIENT_SECRET",
        "ACCESS_TOKEN",
        "TOKEN_ENDPOINT",
        "VALIDATE_CERTS",
        "CA_CERT",
        "API_TIMEOUT",
    ):
        monkeypatch.delenv(f"ACRONIS_{name}", raising=False)
    with requests_mock.Mocker() as mock:
        yield AcronisExchange(mock)
