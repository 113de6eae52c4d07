"""TLS to a database server, as its URL asks for it."""

from __future__ import annotations

import ssl

from sqlalchemy.engine import URL

from bridge.settings import SettingsError

PARAMETERS = ("ssl_ca", "ssl_cert", "ssl_key", "ssl_check_hostname")


class TlsUnusable(SettingsError):
    """What the URL says of TLS cannot be used; the text says why, without the rest of the URL."""


def tls_context(url: URL) -> ssl.SSLContext | None:
    """What the server must prove, and how this side proves itself; None when not asked for.

    The files are read now. Raises TlsUnusable.
    """
    given = {name: value for name, value in url.query.items() if name.startswith("ssl")}
    if not given:
        return None
    for name, value in given.items():
        if name not in PARAMETERS:
            raise TlsUnusable(f"{name} is unknown; there are {', '.join(PARAMETERS)}")
        if not isinstance(value, str):
            raise TlsUnusable(f"{name} stands there twice")
    if given.get("ssl_check_hostname", "true") not in {"true", "false"}:
        raise TlsUnusable("ssl_check_hostname is true or false")
    return _context({name: str(value) for name, value in given.items()})


def without_tls(url: URL) -> URL:
    """The URL without its parameters about TLS."""
    return url.difference_update_query(PARAMETERS)


def _context(given: dict[str, str]) -> ssl.SSLContext:
    authority = given.get("ssl_ca")
    try:
        context = ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError):
        raise TlsUnusable(
            f"ssl_ca: {authority} is not a readable file of PEM certificates"
        ) from None
    # The certificates that MySQL makes for itself do not pass.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = given.get("ssl_check_hostname") != "false"
    certificate, key = given.get("ssl_cert"), given.get("ssl_key")
    if certificate is None and key is not None:
        raise TlsUnusable("ssl_key goes with ssl_cert")
    if certificate is not None:
        try:
            # A key with a password must not make us ask for it.
            context.load_cert_chain(certificate, key, password="")
        except (OSError, ssl.SSLError):
            raise TlsUnusable(
                "ssl_cert and ssl_key are not a readable PEM certificate with its unencrypted key"
            ) from None
    return context
