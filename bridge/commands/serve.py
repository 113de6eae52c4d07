"""`ksef-bridge serve`: the bridge itself."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import click
from flask import Flask

from bridge.app import create_app, prepare
from bridge.commands.messages import Messages
from bridge.counts import shared_counts
from bridge.inspector.inspector import Inspector
from bridge.installation import check_files
from bridge.keys.errors import KeyFileError
from bridge.logs import configure_logging
from bridge.serving import Listener
from bridge.serving import serve as run_server
from bridge.sessions.housekeeping import Housekeeping
from bridge.settings import Settings, SettingsError, load_settings
from bridge.state.errors import BridgeError
from bridge.state.rounds import Rounds

# What glibc's resolver asks of name servers that do not answer (resolv.conf(5)). Else it takes ten
# seconds, and nobody waits for an answer of ours as long.
_RESOLVER = "timeout:1 attempts:2"


@click.command()
def serve() -> None:
    """Answer EspoCRM (settings: KSEF_BRIDGE_* in the environment)."""
    configure_logging()
    os.environ.setdefault("RES_OPTIONS", _RESOLVER)
    try:
        settings = load_settings()
        check_files(settings)
        with shared_counts(settings.runtime_folder) as counts:
            _serve(settings, counts)
    except (SettingsError, KeyFileError) as error:
        raise click.ClickException(str(error)) from None
    except BridgeError as error:
        raise click.ClickException(Messages().told(error.code, error.params)) from None


def _serve(settings: Settings, counts: Path | None) -> None:
    prepare(settings)

    def make_application() -> Flask:
        app = create_app(settings, counts)
        housekeeping: Housekeeping = app.extensions["ksef-housekeeping"]
        housekeeping.start()
        enrolments: Rounds = app.extensions["ksef-enrolment-rounds"]
        enrolments.start()
        signing_requests: Rounds = app.extensions["ksef-signing-request-rounds"]
        signing_requests.start()
        inspector: Inspector = app.extensions["ksef-inspector"]
        inspector.start()
        return app

    run_server(
        make_application,
        Listener(
            bind=settings.listen,
            workers=settings.workers,
            threads=settings.threads,
            certificate_file=settings.tls_certificate_file,
            key_file=settings.tls_key_file,
        ),
        when_ready=lambda: _tell_address(settings.listen),
    )


def _tell_address(listen: str) -> None:
    # Who serves does not stop because nobody can read it.
    with suppress(OSError):
        click.echo(f"ksef-bridge listens on {listen}", err=True)
