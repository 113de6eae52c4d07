"""The command `ksef-bridge simulator sign`."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from pathlib import Path
from typing import Literal

import click
from lxml import etree

from bridge.credentials.environment import Environment
from bridge.credentials.identifiers import NIP_LENGTH, is_nip
from bridge.messages import Language
from bridge.simulator.certificates.enrolment_data import MEMBERS
from bridge.simulator.certificates.portal import Attributes, company, person
from bridge.simulator.endpoints import API
from bridge.simulator.errors import BadRequest
from bridge.simulator.found_simulator import SimulatorRefused, ask, likely_ports
from bridge.simulator.subject_options import names_of, valid_nip, valid_pesel
from bridge.simulator.words import SimulatorCode, Words
from bridge.simulator.xades.xml_documents import parse
from bridge.spoken_language import language_option, language_spoken

Kind = Literal["person", "seal", "foreign"]

_MEMBERS = {oid: member for member, oid in MEMBERS.items()}
_PASSPORT = "PASDE-C01X00T47"  # the specimen's


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as",
    "kind",
    type=click.Choice(["person", "seal", "foreign"]),
    required=True,
    help="Who signs: a person; a company, by its seal; or a person from abroad without NIP and "
    "PESEL, whom KSeF knows by the certificate's fingerprint.",
)
@click.option(
    "--nip",
    callback=valid_nip,
    help="NIP of the company, or of a sole trader. [default: that of the document]",
)
@click.option("--pesel", callback=valid_pesel, help="PESEL of the person, in place of a NIP.")
@click.option("--name", help="Company, or given name and surname. [default: an invented one]")
@click.option("--enveloping", is_flag=True, help="The signature around the document, not in it.")
@click.option("--timestamp", is_flag=True, help="With a timestamp (XAdES-BASELINE-T).")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, which must not exist. [default: FILE with -signed in its name]",
)
@language_option
@click.pass_obj
def sign(
    port: int | None,
    language: Language | None,
    file: Path,
    kind: Kind,
    nip: str | None,
    pesel: str | None,
    name: str | None,
    enveloping: bool,
    timestamp: bool,
    out: Path | None,
) -> None:
    """Sign a login document (AuthTokenRequest) as a program for qualified signatures does.

    The certificate is a TEST one of the running simulator, which is found as by `certificate`. It
    looks like a qualified one and serves there alone, and until it ends: the same person or
    company signs with the same certificate.
    """
    words = Words(language_spoken(language))
    document = _read(words, file)
    context_nip = _nip_of(document)
    subject = _subject(words, kind, nip, pesel, name, context_nip)
    body = {
        "document": etree.tostring(document.getroottree(), encoding="unicode"),
        "subject": {_MEMBERS[oid]: value for oid, value in subject},
        "enveloping": enveloping,
        "timestamp": timestamp,
    }
    try:
        ports = [port] if port else likely_ports(Environment.TEST)
        made = ask(ports, "/_simulator/qualified-signatures", body)
    except SimulatorRefused as refusal:
        refused = words.of(SimulatorCode.REFUSED, reason=str(refusal))
        raise click.ClickException(refused) from None
    if made is None:
        raise click.ClickException(words.of(SimulatorCode.NONE_RUNS))
    click.echo(_write(words, made.body["document"], file, out))
    if kind == "foreign":
        der = base64.b64decode(made.body["certificate"])
        fingerprint = hashlib.sha256(der).hexdigest().upper()
        click.echo(_advice(words, "Fingerprint", fingerprint, context_nip, made.port), err=True)
    elif pesel is not None:
        click.echo(_advice(words, "Pesel", pesel, context_nip, made.port), err=True)


def _read(words: Words, file: Path) -> etree._Element:
    try:
        document = parse(file.read_bytes())
    except BadRequest:
        document = None
    if document is None or etree.QName(document).localname != "AuthTokenRequest":
        raise click.BadParameter(words.of(SimulatorCode.NO_LOGIN_DOCUMENT), param_hint="FILE")
    return document


def _nip_of(document: etree._Element) -> str | None:
    """The NIP of the context, which leads all of its identifiers but a Peppol provider's."""
    identifier = document.find("{*}ContextIdentifier/*")
    nip = (identifier.text or "").strip()[:NIP_LENGTH] if identifier is not None else ""
    return nip if is_nip(nip) else None


def _subject(
    words: Words,
    kind: Kind,
    nip: str | None,
    pesel: str | None,
    name: str | None,
    context_nip: str | None,
) -> Attributes:
    if kind == "foreign":
        if nip is not None or pesel is not None:
            raise click.UsageError(words.of(SimulatorCode.FINGERPRINT_ALONE))
        return person(_PASSPORT, *names_of(words, name or "Erika Mustermann"), country="DE")
    if pesel is not None:
        if nip is not None or kind == "seal":
            raise click.UsageError(words.of(SimulatorCode.PESEL_ALONE))
        return person(f"PNOPL-{pesel}", *names_of(words, name or "Jan Kowalski"))
    nip = nip or context_nip
    if nip is None:
        raise click.UsageError(words.of(SimulatorCode.NIP_MISSING))
    if kind == "seal":
        return company(nip, name or f"Firma {nip} sp. z o.o.")
    return person(f"TINPL-{nip}", *names_of(words, name or "Jan Kowalski"))


def _write(words: Words, content: str, file: Path, out: Path | None) -> Path:
    """Write under the name that is wished, else under one that is free; never over a file."""
    if out is not None:
        candidates = iter([out])
    else:
        stem = f"{file.stem}-signed"
        names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
        candidates = (file.with_name(f"{name}.xml") for name in names)
    for path in candidates:
        try:
            with path.open("x", encoding="utf-8", newline="") as written:
                written.write(content)
        except FileExistsError:
            continue
        except OSError as error:
            reason = error.strerror or type(error).__name__
            told = words.of(SimulatorCode.NOT_WRITTEN, path=str(path), reason=reason)
            raise click.ClickException(told) from None
        return path
    told = words.of(SimulatorCode.EXISTS, path=str(out))
    raise click.BadParameter(told, param_hint="--out")


def _advice(words: Words, kind: str, value: str, nip: str | None, port: int) -> str:
    grant = {
        "contextIdentifier": {"type": "Nip", "value": nip or "…"},
        "authorizedIdentifier": {"type": kind, "value": value},
        "permissions": [{"permissionType": "InvoiceRead", "description": "Odczyt faktur"}],
    }
    needs = words.of(SimulatorCode.NEEDS_A_RIGHT, identifierType=kind, identifierValue=value)
    return (
        f"{needs}\ncurl -X POST http://127.0.0.1:{port}{API}/testdata/permissions "
        f"-H 'Content-Type: application/json' \\\n    -d '{json.dumps(grant, ensure_ascii=False)}'"
    )
