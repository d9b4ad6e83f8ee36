# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `backup_target` refuses or warns of, and how it explains what the server refuses."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange.recording import QUICK, Exchange, fault
from support.module import warnings_of
from unit.plugins.modules.backup_target.test_requests import MADE, MADE_EXPORT, SECRET, TARGETS, listing

BARBICAN = "https://barbican.example.com"
BODY = {
    "type": "s3",
    "is_default": 0,
    "immutable": 0,
    **MADE_EXPORT,
    "secret_ref": SECRET,
    "metadata": {},
}


@pytest.mark.parametrize("end", ["/payload", "/payload/"])
def test_a_reference_to_the_payload_is_refused_before_any_request(exchange: Exchange, end: str) -> None:
    failed = exchange.fail("backup_target", **MADE_EXPORT, secret_ref=SECRET + end, keystone=0, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert f"The option 'secret_ref' is '{SECRET}{end}', and with /payload at its end the target stays" in str(failed)


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("No cloud admin trust found. Please recreate using CLI", "trust-create --is_cloud_trust True admin"),
        ("Another reason", ""),
    ],
)
def test_the_refusal_for_want_of_the_trust_of_the_cloud(exchange: Exchange, message: str, advice: str) -> None:
    listing(exchange, *TARGETS)
    exchange.post("/backup_targets", {"backup_target": BODY}, fault(message), status=400)
    failed = exchange.fail("backup_target", **MADE_EXPORT, secret_ref=SECRET, **QUICK)
    assert f"was refused with 400: {message}." in str(failed)
    assert advice in str(failed)


@pytest.mark.parametrize("host", ["internal", "public"])
def test_a_reference_with_an_internal_host_is_warned_of(exchange: Exchange, host: str) -> None:
    """The data movers fetch the secret, and may not reach that host."""
    exchange.services["key-manager"] = BARBICAN
    exchange.internal["key-manager"] = "https://barbican.internal:9311"
    ref = SECRET.replace("barbican.example.com", "barbican.internal:9311") if host == "internal" else SECRET
    listing(exchange, {**MADE, "secret_ref": ref})
    result = exchange.run("backup_target", **MADE_EXPORT, secret_ref=ref, **QUICK)
    assert result["changed"] is False
    warned = [text for text in warnings_of(result) if "names the host barbican.internal" in text]
    assert len(warned) == (1 if host == "internal" else 0)


@pytest.mark.parametrize("answer", [{"backup_target": MADE}, {"backup_targets": [MADE]}], ids=["one", "list"])
def test_waiting_ends_at_an_answer_of_another_form(exchange: Exchange, answer: dict[str, Any]) -> None:
    """Either wrapper is read; what will never have the key is not read until the time is over."""
    listing(exchange, *TARGETS)
    exchange.post("/backup_targets", {"backup_target": BODY}, answer, status=200)
    exchange.get(f"/backup_targets/{MADE['id']}", {"servers": []})
    failed = exchange.fail("backup_target", **MADE_EXPORT, secret_ref=SECRET, **QUICK)
    assert failed.error["code"] == "unexpected_answer"
