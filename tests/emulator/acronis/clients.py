# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients and their tokens (Acronis reference 1.2)."""

from __future__ import annotations

import hmac
import secrets

from flask import Blueprint, Response, g, jsonify, request

from ..server.errors import Refusal
from ..server.front import CALLER
from ..server.store import Doc
from .world import Kind, World, epoch, the_world

CLIENT = {
    "id": "b0d1c5f0-6a1e-4f0e-9a53-1d6c1c0f2a01",
    "secret": "stand-in-api-client",
    "tenant_id": "5e1f2a9c-0c64-4a53-8c5b-7a1d0f3b6e01",
    "endpoint": "api",
}
CONNECTOR = {
    "id": "b0d1c5f0-6a1e-4f0e-9a53-1d6c1c0f2a02",
    "secret": "stand-in-connector-key",
    "tenant_id": "5e1f2a9c-0c64-4a53-8c5b-7a1d0f3b6e01",
    "endpoint": "connector",
}
GRANT = "client_credentials"

blueprint = Blueprint("clients", __name__)


@blueprint.post("/api/2/idp/token", defaults={"endpoint": "api"})
@blueprint.post("/bc/idp/token", defaults={"endpoint": "connector"})
def token(endpoint: str) -> tuple[Response, int]:
    """Issue a token for client credentials. Errors have the form of OAuth (RFC 6749, 5.2)."""
    world, given = the_world(), request.authorization
    if request.form.get("grant_type") != GRANT:
        return jsonify(error="unsupported_grant_type"), 400
    client = None if given is None or given.type != "basic" else world.store.get("clients", given.username or "")
    if (
        given is None
        or client is None
        or not hmac.compare_digest(client["secret"].encode(), (given.password or "").encode())
    ):
        return jsonify(error="invalid_client"), 401
    if world.switches.token_endpoints == "own" and client["endpoint"] != endpoint:
        return jsonify(error="invalid_client", error_description="This client takes its tokens elsewhere."), 401
    request.environ[CALLER]["user"] = client["id"]
    kept = world.store.put("tokens", _token_row(world, {"client_id": client["id"]}))
    return jsonify(
        access_token=kept["id"], id_token=secrets.token_urlsafe(), token_type="bearer", **_expiry(world, kept)
    ), 200


@blueprint.get("/api/2/clients/<client_id>")
def show_client(client_id: str) -> Response:
    """Show the calling client and its tenant.

    :raises Refusal: 404 for any other client.
    """
    authenticate()
    client = the_world().store.get("clients", client_id)
    if client is None or client_id != g.client_id:
        raise Refusal(404, f"There is no client {client_id}.")
    return jsonify(client_id=client_id, tenant_id=client["tenant_id"])


def authenticate() -> None:
    """Store the id of the calling client as `g.client_id`.

    :raises Refusal: 401 without a valid token.
    """
    world, given = the_world(), request.authorization
    kept = None if given is None or given.type != "bearer" else world.store.get("tokens", given.token or "")
    if kept is None or kept["expires_on"] <= epoch(world):
        raise Refusal(401, "The access token is missing, unknown or expired.")
    g.client_id = request.environ[CALLER]["user"] = kept["client_id"]


def _expiry(world: World, kept: Doc) -> dict[str, int]:
    both = {"expires_on": int(kept["expires_on"]), "expires_in": int(kept["expires_on"] - epoch(world))}
    return {key: value for key, value in both.items() if world.switches.token_expiry in (key, "both")}


def _token_row(world: World, given: Doc) -> Doc:
    """Complete a token. It expires by the time of day, which is the only time that clients know."""
    ours = {
        "id": secrets.token_urlsafe(),
        "client_id": CLIENT["id"],
        "expires_on": epoch(world) + world.switches.token_life_s,
    }
    return ours | given


def _client_row(_world: World, given: Doc) -> Doc:
    """Complete a client."""
    return {**CLIENT, "id": secrets.token_hex(16), **given}


KIND = Kind(blueprint, seeds={"clients": _client_row, "tokens": _token_row}, at_start={"clients": [CLIENT, CONNECTOR]})
