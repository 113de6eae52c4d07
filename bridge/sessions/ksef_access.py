"""One client and one list of public keys per KSeF environment, made when first needed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

import structlog

from bridge.announcements.announcements import Announcements
from bridge.announcements.words import AnnouncedWords, in_words
from bridge.credentials.environment import Environment
from bridge.ksef.client import KsefClient
from bridge.ksef.pacing import Pacing
from bridge.ksef.public_keys import PublicKeys
from bridge.ksef.transport import Exchange, Transport
from bridge.sessions.events import Events
from bridge.sessions.store import SessionStore
from bridge.state.errors import TryLater


class KsefAccess:
    """The way to each environment's KSeF."""

    def __init__(
        self,
        urls: Mapping[Environment, str],
        ca_file: Path | None,
        store: SessionStore,
        events: Events,
        runtime_folder: Path,
        announcements: Announcements,
    ) -> None:
        self._urls = urls
        self._ca_file = ca_file
        self._store = store
        self._events = events
        self._runtime_folder = runtime_folder
        self._announcements = announcements
        self._lock = threading.Lock()
        self._clients: dict[Environment, KsefClient] = {}
        self._public_keys: dict[Environment, PublicKeys] = {}
        self._stored: dict[Environment, str | None] = {}

    def client(self, environment: Environment) -> KsefClient:
        """The environment's client, whose connections all logins share."""
        with self._lock:
            if environment not in self._clients:
                self._clients[environment] = KsefClient(self._transport(environment))
            return self._clients[environment]

    def public_keys(self, environment: Environment) -> PublicKeys:
        """The environment's public keys, starting from the list that was stored last."""
        client = self.client(environment)
        with self._lock:
            if environment in self._public_keys:
                return self._public_keys[environment]
        keys = PublicKeys(client.public_key_certificates)
        stored = self._store.load_public_keys(environment)
        if stored is not None:
            keys.import_json(stored)
        with self._lock:
            self._stored.setdefault(environment, stored)
            return self._public_keys.setdefault(environment, keys)

    def _transport(self, environment: Environment) -> Transport:
        url = self._urls[environment]
        return Transport(
            url,
            ca_file=self._ca_file,
            pacing=Pacing(self._runtime_folder, url),
            observer=lambda exchange: self._observe(environment, exchange),
            request_id=_request_id,
        )

    def announced(self, environment: Environment) -> AnnouncedWords | None:
        """What KSeF itself says of its state, as far as that is known."""
        return in_words(environment, self._announcements.look(environment).announced)

    def _observe(self, environment: Environment, exchange: Exchange) -> None:
        self._events.called(environment, exchange)
        if exchange.http_status is None or exchange.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # Whoever is told of it in the end hears what is announced.
            self._announcements.look(environment)

    def store_public_keys(self, environment: Environment) -> None:
        """Keep the environment's list for the next start, if it is not the stored one.

        A login is good without it, so a failure is passed over.
        """
        with self._lock:
            keys, stored = self._public_keys.get(environment), self._stored.get(environment)
        exported = None if keys is None else keys.export_json()
        if exported is None or exported == stored:
            return
        with suppress(TryLater):
            self._store.save_public_keys(environment, exported)
            with self._lock:
                self._stored[environment] = exported


def _request_id() -> str | None:
    """The id of the request that this thread works for, where the API has bound one."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return None if request_id is None else str(request_id)
