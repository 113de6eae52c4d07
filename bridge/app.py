"""The application factory: puts the bridge together from its settings."""

from __future__ import annotations

from flask import Flask
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from bridge import __version__
from bridge.api import inspection, profiles, seals, service
from bridge.api.authentication import anybody, register_authentication
from bridge.api.json_request import JsonRequest
from bridge.api.problems import ProblemDetails, register_problem_handlers, request_invalid
from bridge.api.request_log import register_request_log
from bridge.espocrm.profiles import Profiles
from bridge.espocrm.profiles import connect as connect_espocrm
from bridge.installation import check_files
from bridge.keys.api_keys import ApiKeys, read_api_keys
from bridge.keys.master_keys import load_key_ring
from bridge.messages import Catalogue
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.login import LoginOptions
from bridge.sessions.sessions import Sessions
from bridge.sessions.store import SessionStore
from bridge.sessions.store import connect as connect_state
from bridge.settings import Settings
from bridge.vault import Vault

_LARGEST_BODY = 1024 * 1024


def prepare(settings: Settings) -> None:
    """Check what an administrator installed, and make the state database's tables.

    Raises SettingsError, KeyFileError, TryLater when the state database is away.
    """
    check_files(settings)
    read_api_keys(settings.api_keys_file)
    load_key_ring(settings.master_keys_file)
    engine = connect_state(settings.state_database_url)
    try:
        SessionStore(engine).create_tables()
    finally:
        # The workers are forked later and must not inherit a connection.
        engine.dispose()


def create_app(settings: Settings) -> Flask:
    """A bridge whose state database is prepared. Raises KeyFileError."""
    app = OpenAPI(
        "bridge",
        info=Info(title="KSeF bridge for EspoCRM", version=__version__),
        security_schemes={"apiKey": {"type": "http", "scheme": "bearer"}},
        doc_ui=False,
        validation_error_model=ProblemDetails,
        validation_error_callback=request_invalid,
        static_folder=None,
    )
    app.request_class = JsonRequest
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    api_keys = ApiKeys(read_api_keys(settings.api_keys_file))
    vault = Vault(load_key_ring(settings.master_keys_file))
    espocrm = Profiles(connect_espocrm(settings.espocrm_database_url))
    store = SessionStore(connect_state(settings.state_database_url))
    app.extensions["ksef-settings"] = settings
    app.extensions["ksef-messages"] = Catalogue.load()
    app.extensions["ksef-vault"] = vault
    app.extensions["ksef-profiles"] = espocrm
    app.extensions["ksef-session-store"] = store
    app.extensions["ksef-sessions"] = Sessions(
        profiles=espocrm,
        store=store,
        vault=vault,
        ksef=KsefAccess(settings.ksef_urls, settings.ksef_ca_file, store),
        options=LoginOptions(settings.auth_token_request_version, settings.bind_session_to_ip),
        threads=settings.threads,
    )
    for resource in (service, inspection, seals, profiles):
        app.register_api(resource.blueprint)
    app.add_url_rule("/openapi.json", view_func=anybody(lambda: app.api_doc), endpoint="openapi")
    register_problem_handlers(app)
    register_request_log(app)
    register_authentication(app, api_keys)
    return app
