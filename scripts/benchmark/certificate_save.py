"""A certificate and its key entered by REST, beside two files that EspoCRM only keeps."""

from __future__ import annotations

import base64
from functools import partial

from benchmark.cost import cost_of, median
from benchmark.espocrm import BridgedEspoCrm
from benchmark.table import Row, Target, Unit
from tests.e2e.credential_files import CredentialFiles, portal_files
from tests.e2e.rest import RestUser
from tests.installation import new_nip

_ALLOWED_MILLISECONDS = 150


def certificate_save_rows(bridged: BridgedEspoCrm, times: int) -> list[Row]:
    """Both uploads and the save: of a KsefCertificate, and of a Document."""
    user, records = bridged.user, bridged.records
    entered = [_files(bridged, number) for number in range(times + 1)]
    rounds = [
        (
            cost_of(partial(records.certificate, files)),
            cost_of(partial(_save_document, user, files)),
        )
        for files in entered
    ][1:]
    ours, other = (median(costs).wall * 1000 for costs in zip(*rounds, strict=True))
    return [
        Row(
            measured="Save of a certificate with its key by REST: time",
            ours=ours,
            against=f"a Document, two uploads, {other:.0f} ms, and {_ALLOWED_MILLISECONDS} ms",
            other=other + _ALLOWED_MILLISECONDS,
            unit=Unit.MILLISECONDS,
            target=Target("≤", 1),
        )
    ]


def _files(bridged: BridgedEspoCrm, number: int) -> CredentialFiles:
    port = bridged.bridge.simulator.port
    folder = bridged.folder / f"entered-{number}"
    return portal_files(folder, port, new_nip(), "Authentication")


def _save_document(user: RestUser, files: CredentialFiles) -> None:
    _upload(user, len(files.key))
    user.done(
        "POST",
        "Document",
        {
            "name": files.name,
            "fileId": _upload(user, len(files.certificate)),
            "status": "Active",
            "publishDate": "2026-11-29",
        },
    )


def _upload(user: RestUser, length: int) -> str:
    """The id of a text of so many bytes: a Document takes no certificates."""
    encoded = base64.b64encode(b"x" * length).decode()
    uploaded = user.done(
        "POST",
        "Attachment",
        {
            "name": "text.txt",
            "type": "text/plain",
            "role": "Attachment",
            "relatedType": "Document",
            "field": "file",
            "file": f"data:text/plain;base64,{encoded}",
        },
    )
    return str(uploaded["id"])
