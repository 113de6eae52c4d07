"""Settings: the environment variables `KSEF_BRIDGE_*`, read once and checked."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bridge.credentials.environment import Environment
from bridge.credentials.token_validity import TokenValidity
from bridge.ksef.auth_token_request import SchemaVersion
from bridge.ksef.connections import is_loopback
from bridge.ksef.environments import API_URLS, LATARNIA_URLS
from bridge.messages import Documentation

PREFIX = "KSEF_BRIDGE_"
PLAIN_HTTP_PRODUCTION = "plain-http-production"
LISTEN_WITHOUT_TLS = "listen-without-tls"
VAT_PAYERS_URL = "https://wl-api.mf.gov.pl"
_ALLOWANCES = frozenset({PLAIN_HTTP_PRODUCTION, LISTEN_WITHOUT_TLS})
_DIALECTS = {"mysql": "mysql+pymysql", "mariadb": "mysql+pymysql", "mysql+pymysql": "mysql+pymysql"}


# What stands in an address as itself, wherever it is shown: no quote, no bracket, no control.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~%/-]*)?")


class SettingsError(Exception):
    """A setting is missing or cannot be used; the text names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an administrator decides about a bridge. See docs/operations.md for each."""

    espocrm_database_url: URL = field(repr=False)
    state_database_url: URL = field(repr=False)
    master_keys_file: Path
    api_keys_file: Path
    ksef_urls: Mapping[Environment, str]
    latarnia_urls: Mapping[Environment, str]
    ksef_ca_file: Path | None
    runtime_folder: Path
    listen: str
    tls_certificate_file: Path | None
    tls_key_file: Path | None
    workers: int
    threads: int
    bind_session_to_ip: bool
    token_validity: TokenValidity
    auth_token_request_version: SchemaVersion
    documentation: Documentation
    vat_payers_url: str | None

    @property
    def connections(self) -> int:
        """The most that a worker holds to each database: to both, fewer than it has threads."""
        return max(1, (self.threads - 1) // 2)


def load_settings(variables: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises SettingsError."""
    read = _Reader(variables)
    allowed = read.allowances()
    certificate, key = read.path("TLS_CERTIFICATE_FILE"), read.path("TLS_KEY_FILE")
    if (certificate is None) != (key is None):
        raise SettingsError(f"{PREFIX}TLS_CERTIFICATE_FILE and {PREFIX}TLS_KEY_FILE go together")
    ksef_urls = {each: read.ksef_url(each, allowed) for each in Environment}
    return Settings(
        espocrm_database_url=read.database_url("ESPOCRM_DATABASE_URL"),
        state_database_url=read.database_url("STATE_DATABASE_URL", _default_state_url(variables)),
        master_keys_file=read.required_path("MASTER_KEYS_FILE"),
        api_keys_file=read.required_path("API_KEYS_FILE"),
        ksef_urls=ksef_urls,
        latarnia_urls=read.latarnia_urls(ksef_urls),
        ksef_ca_file=read.path("KSEF_CA_FILE"),
        runtime_folder=read.path("RUNTIME_FOLDER") or _default_runtime_folder(variables),
        listen=read.listen(allowed, has_tls=certificate is not None),
        tls_certificate_file=certificate,
        tls_key_file=key,
        workers=read.whole_number("WORKERS", 2),
        threads=read.whole_number("THREADS", 32),
        bind_session_to_ip=read.yes_or_no("BIND_SESSION_TO_IP"),
        token_validity=TokenValidity(
            lawful_until=read.day("TOKENS_VALID_UNTIL", date(2026, 12, 31)),
            announced_until=read.day("TOKENS_ANNOUNCED_UNTIL", date(2027, 11, 30)),
            announced_on=read.day("TOKENS_ANNOUNCED_ON", date(2026, 9, 10)),
        ),
        auth_token_request_version=read.schema_version("AUTH_TOKEN_REQUEST_VERSION"),
        documentation=read.documentation("DOCUMENTATION_URL"),
        vat_payers_url=read.vat_payers_url("VAT_PAYERS_URL"),
    )


def find_documentation(variables: Mapping[str, str] = os.environ) -> Documentation:
    """The site that commands refer to, whatever becomes of the other settings."""
    try:
        return _Reader(variables).documentation("DOCUMENTATION_URL")
    except SettingsError:
        return Documentation(None)


def _default_state_url(variables: Mapping[str, str]) -> str:
    # systemd's StateDirectory= names the folder in STATE_DIRECTORY (systemd.exec(5)).
    home = variables.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    folder = variables.get("STATE_DIRECTORY") or f"{home}/ksef-bridge"
    return f"sqlite:///{folder}/state.sqlite3"


def _default_runtime_folder(variables: Mapping[str, str]) -> Path:
    # systemd's RuntimeDirectory= names the folder in RUNTIME_DIRECTORY (systemd.exec(5)).
    if folder := variables.get("RUNTIME_DIRECTORY"):
        return Path(folder)
    home = variables.get("XDG_RUNTIME_DIR")
    if home and Path(home).is_dir():
        return Path(home) / "ksef-bridge"
    return Path(tempfile.gettempdir()) / f"ksef-bridge-{os.getuid()}"


@dataclass(frozen=True, slots=True)
class _Reader:
    variables: Mapping[str, str]

    def text(self, name: str) -> str | None:
        return self.variables.get(PREFIX + name, "").strip() or None

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise SettingsError(f"{PREFIX}{name} is not set")
        return value

    def text_of_file(self, name: str) -> str | None:
        """What stands in the file that `…_FILE` names: no environment shows it."""
        path = self.path(f"{name}_FILE")
        if path is None:
            return None
        try:
            return path.read_text("utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{PREFIX}{name}_FILE: {path} cannot be read as text") from None

    def path(self, name: str) -> Path | None:
        value = self.text(name)
        return None if value is None else Path(value)

    def required_path(self, name: str) -> Path:
        return Path(self.required(name))

    def allowances(self) -> frozenset[str]:
        words = {word.strip() for word in (self.text("ALLOW") or "").split(",") if word.strip()}
        unknown = words - _ALLOWANCES
        if unknown:
            known = ", ".join(sorted(_ALLOWANCES))
            raise SettingsError(f"{PREFIX}ALLOW knows {known}; not {', '.join(sorted(unknown))}")
        return frozenset(words)

    def database_url(self, name: str, default: str | None = None) -> URL:
        value = self.text(name) or self.text_of_file(name) or default or self.required(name)
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            # Without the cause: it may quote the password.
            raise SettingsError(f"{PREFIX}{name} is not a database URL") from None
        if url.drivername == "sqlite":
            return url
        if url.drivername not in _DIALECTS:
            raise SettingsError(f"{PREFIX}{name} starts with mysql+pymysql:// or sqlite:///")
        return url.set(drivername=_DIALECTS[url.drivername]).update_query_dict(
            {"charset": "utf8mb4"}
        )

    def ksef_url(self, environment: Environment, allowed: frozenset[str]) -> str:
        name = f"KSEF_URL_{environment.name}"
        url = self.url(name, API_URLS[environment])
        parts = urlsplit(url)
        if not parts.path.endswith("/v2"):
            raise SettingsError(f"{PREFIX}{name} ends with /v2")
        self.refuse_plain_http(name, url)
        if (
            parts.scheme == "http"
            and environment is Environment.PRODUCTION
            and PLAIN_HTTP_PRODUCTION not in allowed
        ):
            raise SettingsError(
                f"{PREFIX}{name} is plain http; if this is meant, "
                f"set {PREFIX}ALLOW={PLAIN_HTTP_PRODUCTION}"
            )
        return url

    def vat_payers_url(self, name: str) -> str | None:
        if self.variables.get(PREFIX + name, VAT_PAYERS_URL).strip() == "":
            return None
        url = self.url(name, VAT_PAYERS_URL)
        if urlsplit(url).query or urlsplit(url).fragment:
            raise SettingsError(f"{PREFIX}{name} is a URL without query and fragment")
        self.refuse_plain_http(name, url)
        return url

    def latarnia_urls(self, ksef_urls: Mapping[Environment, str]) -> dict[Environment, str]:
        """Where each environment's failures are announced; those are left out that ask nobody."""
        urls = {}
        for environment in Environment:
            name = f"LATARNIA_URL_{environment.name}"
            # What the Ministry announces says nothing of another KSeF, such as a simulator.
            is_official = ksef_urls[environment] == API_URLS[environment]
            default = LATARNIA_URLS[environment] if is_official else ""
            if self.variables.get(PREFIX + name, default).strip():
                url = self.url(name, default)
                self.refuse_plain_http(name, url)
                urls[environment] = url
        return urls

    def url(self, name: str, default: str) -> str:
        """Without its last slashes."""
        url = (self.text(name) or default).rstrip("/")
        try:
            parts = urlsplit(url)
            is_usable = parts.scheme in {"http", "https"} and parts.port != 0
        except ValueError:
            raise SettingsError(f"{PREFIX}{name} is not an http(s) URL") from None
        if not is_usable or not parts.hostname or parts.username is not None:
            raise SettingsError(f"{PREFIX}{name} is not an http(s) URL of a host")
        return url

    def refuse_plain_http(self, name: str, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise SettingsError(f"{PREFIX}{name}: plain http is for loopback only; use https")

    def listen(self, allowed: frozenset[str], *, has_tls: bool) -> str:
        value = self.text("LISTEN") or "127.0.0.1:8970"
        if value.startswith("unix:/"):
            return value
        host, _, port = value.rpartition(":")
        is_port = re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65536
        if not host or not is_port or (":" in host and not host.startswith("[")):
            raise SettingsError(f"{PREFIX}LISTEN is host:port or unix:/path")
        if not has_tls and not is_loopback(host.strip("[]")) and LISTEN_WITHOUT_TLS not in allowed:
            raise SettingsError(
                f"{PREFIX}LISTEN={value} is not loopback and there is no TLS: set "
                f"{PREFIX}TLS_CERTIFICATE_FILE and {PREFIX}TLS_KEY_FILE, or, behind a proxy that "
                f"does TLS, {PREFIX}ALLOW={LISTEN_WITHOUT_TLS}"
            )
        return value

    def whole_number(self, name: str, default: int) -> int:
        value = self.text(name) or str(default)
        if not re.fullmatch(r"[0-9]{1,3}", value) or not 0 < int(value) <= 256:
            raise SettingsError(f"{PREFIX}{name} is a number from 1 to 256")
        return int(value)

    def yes_or_no(self, name: str) -> bool:
        value = (self.text(name) or "no").lower()
        if value not in {"yes", "no", "true", "false", "1", "0"}:
            raise SettingsError(f"{PREFIX}{name} is yes or no")
        return value in {"yes", "true", "1"}

    def day(self, name: str, default: date) -> date:
        value = self.text(name)
        try:
            return default if value is None else date.fromisoformat(value)
        except ValueError:
            raise SettingsError(f"{PREFIX}{name} is a date like 2026-12-31") from None

    def documentation(self, name: str) -> Documentation:
        value = self.text(name)
        if value is None:
            return Documentation(None)
        if not _ADDRESS.fullmatch(value):
            raise SettingsError(
                f"{PREFIX}{name} is the http(s) URL of a site, without query and fragment"
            )
        return Documentation(value.rstrip("/") + "/")

    def schema_version(self, name: str) -> SchemaVersion:
        value = self.text(name) or SchemaVersion.V2_1.value
        try:
            return SchemaVersion(value)
        except ValueError:
            raise SettingsError(f"{PREFIX}{name} is 2.1 or 2.0") from None
