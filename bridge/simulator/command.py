"""The command `ksef-bridge simulator` with its `certificate` and `sign`."""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path
from types import FrameType

import click
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask

from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.messages import Language
from bridge.serving import Listener, serve
from bridge.simulator.app import create_app
from bridge.simulator.certificates.issued_certificate import CertificateType
from bridge.simulator.certificates.portal import (
    KEY_ALGORITHMS,
    Application,
    Attributes,
    company,
    issue_alone,
    issue_by_simulator,
    new_key,
    person,
)
from bridge.simulator.certificates.portal_key_file import encrypted_pem
from bridge.simulator.endpoints import API
from bridge.simulator.found_simulator import DEFAULT_PORT, SimulatorRefused, likely_ports
from bridge.simulator.running_simulators import announce, withdrawn_at_exit
from bridge.simulator.sign_command import sign
from bridge.simulator.state import SimulatorState
from bridge.simulator.subject_options import names_of, valid_nip, valid_pesel
from bridge.simulator.words import SimulatorCode, Words
from bridge.spoken_language import language_option, language_spoken

_THREADS = 128
# Clients under test keep what they have opened, and all of them are this user's own.
_CONNECTIONS = 512
_IDLE_SECONDS = 75


@click.group(invoke_without_command=True)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help=f"Port on 127.0.0.1 to listen on, or to find a running simulator at. "
    f"[default: {DEFAULT_PORT}]",
)
@language_option
@click.pass_context
def simulator(context: click.Context, port: int | None, language: Language | None) -> None:
    """Play KSeF's Test environment on this machine, for tests only.

    Everything is forgotten at exit, and each start has a certificate authority of its own.
    """
    context.obj = port
    if context.invoked_subcommand is None:
        _serve(port or DEFAULT_PORT, Words(language_spoken(language)))


@simulator.command()
@click.option("--nip", callback=valid_nip, help="NIP of a company.")
@click.option("--pesel", callback=valid_pesel, help="PESEL of a person.")
@click.option("--name", help="Company, or given name and surname. [default: an invented one]")
@click.option(
    "--type",
    "certificate_type",
    type=click.Choice(["Authentication", "Offline"]),
    required=True,
    help="For logging in, or for signing invoices issued offline.",
)
@click.option(
    "--environment",
    type=click.Choice([environment.value for environment in Environment]),
    default=Environment.TEST.value,
    show_default=True,
    help="Where the certificate shall serve; Test and Demo have one issuer, TEST CCK KSeF.",
)
@click.option(
    "--password",
    required=True,
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Password of the key file; asked for when not given.",
)
@click.option(
    "--key-algorithm", type=click.Choice(KEY_ALGORITHMS), default="EC P-256", show_default=True
)
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the two files; made when it is not there.",
)
@language_option
@click.pass_obj
def certificate(
    port: int | None,
    language: Language | None,
    nip: str | None,
    pesel: str | None,
    name: str | None,
    certificate_type: CertificateType,
    environment: str,
    password: str,
    key_algorithm: str,
    folder: Path,
) -> None:
    """Write a certificate (.crt) and its key (.key) as the portal hands them out.

    For Test and Demo a running simulator is asked to issue it: the one at --port, else where
    KSEF_BRIDGE_KSEF_URL_TEST (or _DEMO) points to when that is this machine, else at port 8971,
    else the only one that this user runs. Without one, and for Production, the certificate is
    issued by an authority made for it alone: right in form, but no running simulator will accept
    it.
    """
    words = Words(language_spoken(language))
    attributes = _attributes(words, nip, pesel, name)
    if not password:
        raise click.BadParameter(words.of(SimulatorCode.PASSWORD_EMPTY), param_hint="--password")
    application = Application(attributes, certificate_type, new_key(key_algorithm))
    issued, served = None, Environment(environment)
    if served is not Environment.PRODUCTION:
        try:
            issued = issue_by_simulator(application, [port] if port else likely_ports(served))
        except SimulatorRefused as refusal:
            refused = words.of(SimulatorCode.REFUSED, reason=str(refusal))
            raise click.ClickException(refused) from None
    if issued is None:
        issued = issue_alone(application, served)
        click.echo(words.of(SimulatorCode.ISSUED_ALONE), err=True)
    stem = f"{environment}-{certificate_type}-{nip or pesel}"
    key_pem = encrypted_pem(application.key, Secret(password))
    for path in _write(folder, stem, issued.public_bytes(Encoding.PEM), key_pem):
        click.echo(path)


simulator.add_command(sign)


def _serve(port: int, words: Words) -> None:
    def ready() -> None:
        announce(port)
        click.echo(words.of(SimulatorCode.LISTENS, url=f"http://127.0.0.1:{port}{API}"))

    with withdrawn_at_exit(port):
        # One worker: what the simulator knows is in the memory of one process. Calls that are
        # held up each keep a thread.
        listener = Listener(
            bind=f"127.0.0.1:{port}",
            workers=1,
            threads=_THREADS,
            connections=_CONNECTIONS,
            idle_seconds=_IDLE_SECONDS,
        )
        serve(_application, listener, when_ready=ready)


def _application() -> Flask:
    """A simulator that lets held calls go when its process is told to stop."""
    state = SimulatorState()
    stop = signal.getsignal(signal.SIGTERM)

    def let_go(number: int, frame: FrameType | None) -> None:
        state.chaos.ended.set()
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, let_go)
    return create_app(state)


def _attributes(words: Words, nip: str | None, pesel: str | None, name: str | None) -> Attributes:
    if (nip is None) == (pesel is None):
        raise click.UsageError(words.of(SimulatorCode.NIP_OR_PESEL))
    if nip is not None:
        return company(nip, name or f"Firma {nip} sp. z o.o.")
    return person(f"PNOPL-{pesel}", *names_of(words, name or "Jan Kowalski"))


def _write(folder: Path, stem: str, certificate_pem: bytes, key_pem: bytes) -> tuple[Path, Path]:
    """Write both files under names that are not taken; nothing is ever overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        name = stem if number == 1 else f"{stem}-{number}"
        certificate_path, key_path = folder / f"{name}.crt", folder / f"{name}.key"
        if not certificate_path.exists() and not key_path.exists():
            break
    _write_new(key_path, key_pem, 0o600)
    _write_new(certificate_path, certificate_pem, 0o644)
    return certificate_path, key_path


def _write_new(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
