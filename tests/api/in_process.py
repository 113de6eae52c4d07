"""A bridge in this process, to which many hundred calls may be made."""

from __future__ import annotations

from flask.testing import FlaskClient

from bridge.app import create_app, prepare
from bridge.settings import load_settings
from tests.installation import Installation


def in_process(installation: Installation, **more: str) -> FlaskClient:
    """A client of the installation's bridge, with its API key."""
    settings = load_settings({**installation.environment, **more})
    prepare(settings)
    client = create_app(settings).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {installation.api_key}"
    return client
