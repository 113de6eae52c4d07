"""Whose bridge this is, and what it leaves alone when another EspoCRM asks.

A copy of an EspoCRM, made for testing, holds the profiles of the one in use with all their seals.
So a bridge knows its home: the address of its EspoCRM, and EspoCRM's database. Away from it nothing
is done at KSeF that counts. A bridge that has no home compares nothing.
"""

from __future__ import annotations

import re
import time
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

import structlog
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.engine import URL

from bridge.credentials.environment import Environment
from bridge.state.database import StateDatabase
from bridge.state.errors import AwayFromHome
from bridge.state.tables import home as home_table

HOME = select(home_table.c.site_url, home_table.c.espocrm_database)

_PORTS = {"http": 80, "https": 443}
_MYSQL_PORT = 3306
# Nothing of it means anything to a shell, since people are told to type it.
_IN_A_PATH = "/~:@"
_HOST = re.compile(r"[a-z0-9._:-]+")
_LONGEST_SHOWN = 200
_SECONDS_BETWEEN_LOOKS = 1.0

# Work in the background is done in the context of the request that began it.
_caller: ContextVar[str | None] = ContextVar("caller_site", default=None)

log = structlog.get_logger(__name__)


class SiteUrlUnusable(ValueError):
    """Not the http(s) address of an EspoCRM."""


@dataclass(frozen=True, slots=True)
class Home:
    """An EspoCRM: its address as `site_of` writes it, its database as `database_of` does."""

    site_url: str
    database: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Two addresses of one kind that differ: of EspoCRM, or of its database."""

    home: str
    here: str


def elsewhere(home: Home, database: str, site_url: str | None) -> Elsewhere | None:
    """What tells a bridge on `database`, asked by the EspoCRM at `site_url`, from its home.

    A caller who does not say where he is, is judged by the database alone.
    """
    if database != home.database:
        return Elsewhere(home.database, database)
    if site_url is not None and site_url != home.site_url:
        return Elsewhere(home.site_url, site_url)
    return None


def site_of(url: str) -> str:
    """EspoCRM's address (its setting `siteUrl`) in one spelling.

    The same whatever the case of scheme and host, with or without the scheme's own port and a
    slash at the end. Raises SiteUrlUnusable.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = unquote(parts.hostname or "").rstrip(".").encode("idna").decode().lower()
    except ValueError:
        raise SiteUrlUnusable from None
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host):
        raise SiteUrlUnusable
    shown = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        shown += f":{port}"
    return f"{parts.scheme}://{shown}{quote(unquote(parts.path), safe=_IN_A_PATH).rstrip('/')}"


def database_of(url: URL) -> str:
    """Which database a URL leads to, without account and password: `host:port/name`."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    socket = url.query.get("unix_socket")
    server = socket or f"{(url.host or 'localhost').lower()}:{url.port or _MYSQL_PORT}"
    return f"{server}/{url.database or ''}"


def note_caller(site_url: str | None) -> None:
    """From here on this thread works for the EspoCRM at that address; None when he does not say."""
    if not site_url:
        _caller.set(None)
        return
    try:
        _caller.set(site_of(site_url))
    except SiteUrlUnusable:
        # It is no EspoCRM's that could be a home.
        _caller.set(quote(site_url, safe=_IN_A_PATH)[:_LONGEST_SHOWN])


class Homes:
    """The home in the state database. Methods raise TryLater when that is away."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database

    def get(self) -> Home | None:
        row = self._database.first(HOME, {})
        return None if row is None else Home(*row)

    def set(self, home: Home) -> None:
        values = {"id": 1, "site_url": home.site_url, "espocrm_database": home.database}

        def work(connection: Connection) -> None:
            connection.execute(delete(home_table))
            connection.execute(insert(home_table).values(values))

        self._database.run(work)

    def forget(self) -> bool:
        """False when there was none."""
        return bool(self._database.change(delete(home_table), {}))


class HomeGuard:
    """Stops what counts at KSeF away from home, by the home of a second ago at the most.

    Methods raise TryLater when the state database is away.
    """

    def __init__(self, homes: Homes, database: str) -> None:
        """`database` is that of this bridge, as `database_of` writes it."""
        self._homes = homes
        self._database = database
        self._seen: tuple[float, Home | None] | None = None
        self._told: Elsewhere | None = None

    def check_login(self, environment: Environment) -> None:
        """Before a session is made, prolonged or used. Raises AwayFromHome in Production."""
        if environment is Environment.PRODUCTION:
            self.check_change()

    def check_change(self) -> None:
        """Before a certificate is requested, or anything revoked. Raises AwayFromHome."""
        home, site_url = self._home(), _caller.get()
        found = None if home is None else elsewhere(home, self._database, site_url)
        if home is None or found is None:
            return
        log.warning("bridge-of-another-home", home=found.home, here=found.here)
        raise AwayFromHome(
            "bridge-of-another-home",
            {"home": found.home, "here": found.here, "site": site_url or home.site_url},
        )

    def is_away(self) -> bool:
        """Whether what the bridge does by itself, round after round, is to rest; logged once."""
        home = self._home()
        found = None if home is None else elsewhere(home, self._database, None)
        if found is not None and found != self._told:
            log.warning("bridge-of-another-home", home=found.home, here=found.here)
        self._told = found
        return found is not None

    def _home(self) -> Home | None:
        now = time.monotonic()
        if self._seen is None or now > self._seen[0] + _SECONDS_BETWEEN_LOOKS:
            self._seen = (now, self._homes.get())
        return self._seen[1]
