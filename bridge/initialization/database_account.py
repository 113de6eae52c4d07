"""The bridge's account at EspoCRM's database server: it may read two tables, and nothing else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bridge import database
from bridge.database_tls import TlsUnusable
from bridge.espocrm.tables import metadata
from bridge.initialization.codes import InitCode
from bridge.initialization.errors import CannotContinue
from bridge.initialization.layout import DATABASE_SQL_FILE, SETTINGS_FILE
from bridge.initialization.steps import ROOT, Circumstances, Sentence

ACCOUNT = "ksef_bridge"
_SOCKETS = ("/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock")  # noqa: S108
_HERE = {"localhost", "127.0.0.1", "::1"}
_ANSWER_SECONDS = 10
# As an administrator may write it, too: in other quotes, or in none.
_STORED = re.compile(
    r"""^KSEF_BRIDGE_ESPOCRM_DATABASE_URL=(?P<quote>['"]?)(?P<url>.+?)(?P=quote)[ \t]*$""",
    re.MULTILINE,
)
_OWNERS_ALONE = 0o600


@dataclass(frozen=True, slots=True)
class DatabaseAccount:
    """Made by whoever may: EspoCRM's own account, root of this machine, an administrator.

    Where nobody may, the statements are left in a file of root's for somebody who can run them.
    """

    given: Circumstances

    def sentence(self) -> Sentence:
        found = self.given.espocrm.database
        return Sentence(
            InitCode.DATABASE_ACCOUNT, {"account": f"{ACCOUNT}_…", "database": found.name}
        )

    def is_done(self) -> bool:
        stored = self._stored()
        return (
            stored is not None
            and _can_read(stored)
            and not self.given.machine.path(DATABASE_SQL_FILE).exists()
        )

    def do(self) -> None:
        stored = self._stored()
        if stored is None or not _can_read(stored):
            self._make(stored)
        self.given.machine.remove(DATABASE_SQL_FILE)

    def _make(self, stored: URL | None) -> None:
        espocrm_url = _reachable(self.given)
        host = _host_seen(espocrm_url)
        # A name of its own: an account that is there may be another bridge's.
        name = str(stored.username) if stored else f"{ACCOUNT}_{secrets.token_hex(3)}"
        password = str(stored.password) if stored else secrets.token_urlsafe(24)
        url = espocrm_url.set(username=name, password=password)
        account = f"{_quoted(name)}@{_quoted(host)}"
        statements = _creation(account, password, self.given.espocrm.database.name)
        # First of all, so that a run that ends here finds the password again.
        self._store(url)
        for administrator in _administrators(self.given, espocrm_url):
            if _execute(administrator, statements) and _can_read(url):
                return
        text = "".join(f"{statement};\n" for statement in statements)
        self.given.machine.write(DATABASE_SQL_FILE, text, ROOT, _OWNERS_ALONE)
        raise CannotContinue(
            InitCode.DATABASE_SQL, file=str(self.given.machine.path(DATABASE_SQL_FILE))
        )

    def _store(self, url: URL) -> None:
        text = self.given.layout.settings(url.render_as_string(hide_password=False))
        with suppress(OSError, UnicodeDecodeError):
            old = self.given.machine.read(SETTINGS_FILE)
            line = next(line for line in text.splitlines() if _STORED.match(line))
            # What an administrator has set besides stays as it is.
            text, found = _STORED.subn(lambda _: line, old)
            if not found:
                text = f"{old.rstrip()}\n{line}\n"
        self.given.machine.write(SETTINGS_FILE, text, self.given.bridge_account, _OWNERS_ALONE)

    def _stored(self) -> URL | None:
        """The URL in the settings. Raises CannotContinue when it is of another database."""
        url = stored_url(self.given)
        if url is not None and url.database != self.given.espocrm.database.name:
            raise CannotContinue(
                InitCode.SETTINGS_OF_ANOTHER,
                file=SETTINGS_FILE,
                database=str(url.database),
                espocrm=self.given.espocrm.database.name,
            )
        return url


@dataclass(frozen=True, slots=True)
class RemoveDatabaseAccount:
    """Takes the account back, with the settings that hold its password."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.REMOVE_DATABASE_ACCOUNT, {"account": f"{ACCOUNT}_…"})

    def is_done(self) -> bool:
        return not self.given.machine.path(SETTINGS_FILE).exists()

    def do(self) -> None:
        stored = stored_url(self.given)
        if stored is not None and _can_connect(stored):
            account = f"{_quoted(str(stored.username))}@{_quoted(_host_seen(stored))}"
            statements = [f"DROP USER {account}"]
            administrators = _administrators(self.given, _reachable(self.given))
            if not any(_execute(each, statements) for each in administrators):
                raise CannotContinue(InitCode.DATABASE_SQL_TO_RUN, statement=f"{statements[0]};")
        self.given.machine.remove(DATABASE_SQL_FILE)
        self.given.machine.remove(SETTINGS_FILE)


def stored_url(given: Circumstances) -> URL | None:
    """The URL of EspoCRM's database in the bridge's settings; None when there is none."""
    try:
        text = given.machine.read(SETTINGS_FILE)
        found = _STORED.search(text)
        return None if found is None else make_url(found["url"])
    except (OSError, UnicodeDecodeError, ArgumentError):
        return None


def _creation(account: str, password: str, name: str) -> list[str]:
    named = f"`{name.replace('`', '``')}`"
    return [
        f"CREATE USER IF NOT EXISTS {account} IDENTIFIED BY {_quoted(password)}",
        f"ALTER USER {account} IDENTIFIED BY {_quoted(password)}",
        *(f"GRANT SELECT ON {named}.`{table}` TO {account}" for table in sorted(metadata.tables)),
    ]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _administrators(given: Circumstances, espocrm_url: URL) -> Iterator[URL]:
    """Who may be able to make an account, the least surprising first."""
    yield espocrm_url
    if given.machine.is_administered and given.espocrm.database.host in _HERE:
        for socket in (given.machine.path(each) for each in _SOCKETS):
            if socket.exists():
                query = {"unix_socket": str(socket)}
                yield URL.create("mysql+pymysql", "root", host="localhost", query=query)
    if given.administrator is not None:
        yield espocrm_url.set(
            username=given.administrator.name,
            password=given.administrator.password.reveal_text(),
        )


def _reachable(given: Circumstances) -> URL:
    """How EspoCRM's own account reaches its database. Raises CannotContinue."""
    found = given.espocrm.database
    query: dict[str, str] = {}
    if found.verifies_server and found.ca_file:
        query["ssl_ca"] = found.ca_file
    if found.certificate_file and found.key_file:
        query |= {"ssl_cert": found.certificate_file, "ssl_key": found.key_file}
    url = URL.create(
        "mysql+pymysql",
        found.user,
        found.password.reveal_text(),
        found.host,
        found.port,
        found.name,
        query,
    )
    # PHP takes the socket for this name, which a server may have alone.
    sockets = _SOCKETS if found.host == "localhost" else ()
    ways = [url, *(url.update_query_dict({"unix_socket": each}) for each in sockets)]
    for way in ways:
        if _can_connect(way):
            return way
    raise CannotContinue(InitCode.DATABASE_NOT_REACHED, host=found.host, database=found.name)


def _host_seen(url: URL) -> str:
    """From where the server says that the account of `url` may come."""
    with _connected(url) as connection:
        account = str(connection.exec_driver_sql("SELECT CURRENT_USER()").scalar_one())
    return account.rpartition("@")[2]


def _can_connect(url: URL) -> bool:
    return _execute(url, ["SELECT 1"])


def _can_read(url: URL) -> bool:
    """Whether the account reads all tables that the bridge reads."""
    return _execute(url, [f"SHOW COLUMNS FROM `{table}`" for table in metadata.tables])


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    """A connection in autocommit that sends statements as they are. Raises SQLAlchemyError."""
    engine = database.connect(url, connections=1, seconds=_ANSWER_SECONDS)
    try:
        with engine.connect() as connection:
            # Else the driver takes a percent sign, as in the host of an account, for a parameter.
            yield connection.execution_options(no_parameters=True)
    finally:
        engine.dispose()


def _execute(url: URL, statements: Sequence[str]) -> bool:
    """Execute all of them; whether the server let us."""
    try:
        with _connected(url) as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    except (SQLAlchemyError, TlsUnusable, OSError):
        return False
    return True
