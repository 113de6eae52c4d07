"""The application factory: puts the bridge together from its settings."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from bridge import __version__, database
from bridge.announcements.announcements import Announcements
from bridge.api import announcements as announcement_api
from bridge.api import certificates as certificate_api
from bridge.api import companies, inspection, seals, service, verification_links
from bridge.api import profiles as profile_api
from bridge.api import signing_requests as signing_request_api
from bridge.api.authentication import anybody, naming_refusals, register_authentication
from bridge.api.call_rates import CallRates
from bridge.api.caller_site import naming_header, register_caller_site
from bridge.api.contract import register_contract_check
from bridge.api.json_request import JsonRequest
from bridge.api.overload import register_overload
from bridge.api.problems import ProblemDetails, register_problem_handlers, request_invalid
from bridge.api.request_log import register_request_log
from bridge.api.restrictions import register_restrictions
from bridge.companies.vat_payers import VatPayers
from bridge.credentials.token_validity import TokenValidity
from bridge.enrolment.carrying_on import CarryingOn
from bridge.enrolment.certificate_list import CertificateList
from bridge.enrolment.enrolments import Enrolments
from bridge.enrolment.events import EnrolmentEvents
from bridge.enrolment.records import Records
from bridge.enrolment.rounds import enrolment_rounds
from bridge.enrolment.store import EnrolmentStore
from bridge.enrolment.subject_calls import SubjectCalls
from bridge.espocrm.profiles import Profiles
from bridge.espocrm.requested_certificates import RequestedCertificates
from bridge.inspector.inspector import Inspector
from bridge.keys.api_keys import ApiKeys, read_api_keys, watch_api_keys
from bridge.keys.master_keys import load_key_ring, watch_key_ring
from bridge.messages import Catalogue
from bridge.metrics import Metrics
from bridge.offline.verification_links import VerificationLinks
from bridge.sessions.authentication_operation import LoginOptions
from bridge.sessions.connection_test import ConnectionTests
from bridge.sessions.events import Events
from bridge.sessions.housekeeping import Housekeeping
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.ksef_threads import KsefThreads
from bridge.sessions.logins import Logins
from bridge.sessions.open_sessions import OpenSessions
from bridge.sessions.sessions import Sessions
from bridge.sessions.store import SessionStore
from bridge.settings import Settings
from bridge.signing_requests.progress import Progress as SigningProgress
from bridge.signing_requests.requests import SigningRequests
from bridge.signing_requests.rounds import signing_request_rounds
from bridge.signing_requests.store import SigningRequestStore
from bridge.state.database import StateDatabase
from bridge.state.database import connect as connect_state
from bridge.state.home import HomeGuard, Homes, database_of
from bridge.state.leases import Leases
from bridge.vault import Vault

_LARGEST_BODY = 1024 * 1024


def prepare(settings: Settings) -> None:
    """Check the key files, and make the state database's tables.

    Raises KeyFileError, SettingsError when the state's SQLite file cannot be made, TryLater when
    the state database is away.
    """
    read_api_keys(settings.api_keys_file)
    load_key_ring(settings.master_keys_file)
    engine = connect_state(settings.state_database_url)
    try:
        StateDatabase(engine).create_tables()
    finally:
        # The workers are forked later and must not inherit a connection.
        engine.dispose()


def create_app(settings: Settings, counts_folder: Path | None = None) -> Flask:
    """A bridge whose state database is prepared. Raises KeyFileError.

    Workers that are given the same folder by `shared_counts` answer for each other's counts.
    """
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
    api_keys = watch_api_keys(settings.api_keys_file)
    master_keys = watch_key_ring(settings.master_keys_file)
    vault = Vault(master_keys.current, master_keys.latest)
    espocrm_engine = database.connect(
        settings.espocrm_database_url, connections=settings.connections
    )
    espocrm = Profiles(espocrm_engine)
    state = StateDatabase(
        connect_state(settings.state_database_url, connections=settings.connections)
    )
    app.extensions["ksef-settings"] = settings
    app.extensions["ksef-messages"] = Catalogue.load()
    app.extensions["ksef-documentation"] = settings.documentation
    app.extensions["ksef-vault"] = vault
    app.extensions["ksef-profiles"] = espocrm
    app.extensions["ksef-verification-links"] = VerificationLinks(espocrm, vault)
    app.extensions["ksef-session-store"] = SessionStore(state)
    app.extensions["ksef-vat-payers"] = VatPayers(settings.vat_payers_url, settings.ksef_ca_file)
    inspector = Inspector(settings.threads)
    app.extensions["ksef-inspector"] = inspector
    metrics = Metrics(counts_folder)
    app.extensions["ksef-metrics"] = metrics
    announcements = Announcements(
        settings.latarnia_urls, settings.ksef_ca_file, settings.runtime_folder
    )
    app.extensions["ksef-announcements"] = announcements
    logins, threads = _logins(settings, espocrm, state, vault, Events(metrics), announcements)
    sessions = _add_sessions(app, logins, threads, settings.token_validity)
    signing = SigningProgress(logins, threads, SigningRequestStore(state))
    signing_requests = SigningRequests(signing, inspector)
    app.extensions["ksef-signing-requests"] = signing_requests
    app.extensions["ksef-signing-request-rounds"] = signing_request_rounds(signing)
    records = Records(RequestedCertificates(espocrm_engine), vault)
    carrying_on = CarryingOn(
        logins=logins,
        threads=threads,
        subject_calls=SubjectCalls(logins, sessions, signing_requests),
        records=records,
        store=EnrolmentStore(state),
        events=EnrolmentEvents(metrics),
    )
    _add_certificates(app, carrying_on)
    resources = (
        service,
        inspection,
        seals,
        profile_api,
        certificate_api,
        signing_request_api,
        verification_links,
        companies,
        announcement_api,
    )
    for resource in resources:
        app.register_api(resource.blueprint)
    described = anybody(lambda: naming_header(naming_refusals(app.api_doc)))
    app.add_url_rule("/openapi.json", view_func=described, endpoint="openapi")
    register_problem_handlers(app)
    register_request_log(app, metrics)
    register_overload(app)
    register_authentication(
        app, ApiKeys(api_keys.current, api_keys.latest), CallRates(settings.runtime_folder)
    )
    register_contract_check(app)
    register_caller_site(app)
    register_restrictions(app)
    return app


def _logins(
    settings: Settings,
    profiles: Profiles,
    state: StateDatabase,
    vault: Vault,
    events: Events,
    announcements: Announcements,
) -> tuple[Logins, KsefThreads]:
    store = SessionStore(state)
    logins = Logins(
        profiles=profiles,
        store=store,
        vault=vault,
        ksef=KsefAccess(
            settings.ksef_urls,
            settings.ksef_ca_file,
            store,
            events,
            settings.runtime_folder,
            announcements,
        ),
        options=LoginOptions(settings.auth_token_request_version, settings.bind_session_to_ip),
        events=events,
        leases=Leases(state),
        home=HomeGuard(Homes(state), database_of(settings.espocrm_database_url)),
    )
    return logins, KsefThreads(settings.threads)


def _add_sessions(
    app: Flask, logins: Logins, threads: KsefThreads, token_validity: TokenValidity
) -> Sessions:
    sessions = Sessions(logins, threads)
    app.extensions["ksef-sessions"] = sessions
    app.extensions["ksef-connection-tests"] = ConnectionTests(logins, threads, token_validity)
    app.extensions["ksef-open-sessions"] = OpenSessions(logins, sessions, threads)
    app.extensions["ksef-housekeeping"] = Housekeeping(logins, sessions)
    return sessions


def _add_certificates(app: Flask, carrying_on: CarryingOn) -> None:
    app.extensions["ksef-enrolments"] = Enrolments(carrying_on)
    app.extensions["ksef-enrolment-rounds"] = enrolment_rounds(carrying_on)
    app.extensions["ksef-certificate-list"] = CertificateList(
        carrying_on.subject_calls, carrying_on.threads, carrying_on.events
    )
