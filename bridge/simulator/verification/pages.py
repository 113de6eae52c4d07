"""`GET /invoice/…` and `GET /certificate/…`: a page in Polish, or JSON for who accepts it.

Whatever the address at which the simulator answers, links count as if opened at the Test
environment's own. The answer is 200 also for a wrong link: what is wrong is what the page is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from flask import Blueprint, Response, json, request

from bridge.simulator.access import current_state
from bridge.simulator.verification.certificate_checks import Check, checks_of
from bridge.simulator.verification.links import (
    LinkDamaged,
    read_certificate_link,
    read_invoice_link,
)

blueprint = Blueprint("verification", __name__)

_HTML, _JSON = "text/html", "application/json"
_WELL_FORMED = "Link ma właściwą postać."
_DAMAGED = "Link jest nieprawidłowy lub uszkodzony. "


@blueprint.get("/invoice/<path:path>")
def invoice(path: str) -> Response:
    """KOD I: only the form can be wrong, since the simulator takes no invoices."""
    try:
        link = read_invoice_link(path)
    except LinkDamaged as damaged:
        return _answer("Weryfikacja faktury", [_damage(damaged)])
    told = {
        "sellerNip": link.seller_nip,
        "issueDate": link.issue_date.isoformat(),
        "invoiceHash": link.invoice_hash.hex(),
    }
    message = f"{_WELL_FORMED} Symulator nie przyjmuje faktur, więc tej w nim nie ma."
    return _answer("Weryfikacja faktury", [Check("link", True, message)], told)


@blueprint.get("/certificate/<path:path>")
def certificate(path: str) -> Response:
    """KOD II: the issuer's certificate and whether it may issue this seller's invoices."""
    try:
        link = read_certificate_link(path)
    except LinkDamaged as damaged:
        return _answer("Weryfikacja wystawcy", [_damage(damaged)])
    state = current_state()
    with state.lock:
        checks = [Check("link", True, _WELL_FORMED), *checks_of(link, state)]
    told = {
        "context": {"type": link.context.type.value, "value": link.context.value},
        "sellerNip": link.seller_nip,
        "certificateSerialNumber": link.serial_number,
        "invoiceHash": link.invoice_hash.hex(),
    }
    return _answer("Weryfikacja wystawcy", checks, told)


def _damage(damaged: LinkDamaged) -> Check:
    return Check("link", False, _DAMAGED + str(damaged))


def _answer(title: str, checks: Sequence[Check], told: dict[str, Any] | None = None) -> Response:
    if request.accept_mimetypes.best_match([_HTML, _JSON], _HTML) == _JSON:
        body = {"valid": all(check.ok for check in checks), **(told or {})}
        body["checks"] = [check.as_json() for check in checks]
        return Response(json.dumps(body), content_type=_JSON)
    return Response(_page(title, checks), content_type=f"{_HTML}; charset=utf-8")


def _page(title: str, checks: Sequence[Check]) -> str:
    valid = all(check.ok for check in checks)
    verdict = "Weryfikacja pozytywna" if valid else "Weryfikacja negatywna"
    lines = "".join(
        f"<li>{'✓' if check.ok else '✗'} {escape(check.message)}</li>" for check in checks
    )
    return (
        f'<!DOCTYPE html><html lang="pl"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        f"<body><h1>{title}</h1><p><strong>{verdict}</strong></p>"
        f'<ul style="list-style: none">{lines}</ul><p>Symulator KSeF</p></body></html>'
    )
