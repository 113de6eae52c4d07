"""The public keys for encryption: `/security/public-key-certificates`."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from bridge.simulator.access import current_state

blueprint = Blueprint("security", __name__)


@blueprint.get("/security/public-key-certificates")
def public_key_certificates() -> Response:
    """All published certificates, those of the future among them."""
    state = current_state()
    with state.lock:
        return jsonify([key.as_json() for key in state.encryption_keys.published])
