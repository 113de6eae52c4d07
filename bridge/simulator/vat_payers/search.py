"""The Ministry's list of VAT payers: `GET /api/search/nip/{nip}?date=…`, outside KSeF's `/v2`.

Source: the list's OpenAPI file 1.6.0 (`EntityResponse`, `Exception`); its codes as clients that
nobody here wrote know them.
"""

from __future__ import annotations

import re
import secrets
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, request

from bridge.credentials.identifiers import NipDefect, nip_defect
from bridge.simulator import clock
from bridge.simulator.access import client_ip, current_state
from bridge.simulator.request_body import read_body
from bridge.simulator.vat_payers.listed_companies import PlayedCompany

blueprint = Blueprint("vat_payers", __name__)
control = Blueprint("vat_payers_control", __name__)

MOST_A_DAY = 100
_POLAND = ZoneInfo("Europe/Warsaw")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NIP_FAULTS = {
    NipDefect.NOT_DIGITS: (
        "WL-114",
        "Pole 'NIP' zawiera niedozwolone znaki. Wymagane tylko cyfry.",
    ),
    NipDefect.LENGTH: ("WL-113", "Pole 'NIP' ma nieprawidłową długość. Wymagane 10 znaków."),
    NipDefect.PATTERN: ("WL-115", "Nieprawidłowy NIP."),
    NipDefect.CHECK_DIGIT: ("WL-115", "Nieprawidłowy NIP."),
}


@blueprint.get("/api/search/nip/<nip>")
def search(nip: str) -> Response | tuple[Response, int]:
    """The company with this NIP as of a day that is not ahead."""
    now = clock.now().astimezone(_POLAND)
    state = current_state()
    with state.lock:
        asked = state.vat_payers.queries
        asked[client_ip(), now.date()] += 1
        if state.rate_limits.enabled and asked[client_ip(), now.date()] > MOST_A_DAY:
            return _refused(429, "WL-191", "Przekroczono dzienny limit zapytań z tego adresu IP.")
        fault = _fault_of_date(request.args.get("date", ""), now.date())
        defect = nip_defect(nip)
        if fault is None and defect is not None:
            fault = _NIP_FAULTS[defect]
        if fault is not None:
            return _refused(400, *fault)
        subject = state.vat_payers.subject(nip)
    result = {
        "subject": subject,
        "requestId": f"{secrets.token_hex(3)}-{secrets.token_hex(4)}",
        "requestDateTime": f"{now:%d-%m-%Y %H:%M:%S}",
    }
    return jsonify({"result": result})


@control.put("/vat-payers/<nip>")
def play(nip: str) -> tuple[str, int]:
    """Describe a company, or leave it out of the list (`listed` false)."""
    described = read_body(PlayedCompany)
    state = current_state()
    with state.lock:
        state.vat_payers.described[nip] = described
    return "", 204


def _fault_of_date(text: str, today: date) -> tuple[str, str] | None:
    if not text:
        return "WL-101", "Pole 'data' nie może być puste."
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        return "WL-102", "Pole 'data' ma nieprawidłowy format."
    return ("WL-103", "Pole 'data' nie może być datą przyszłą.") if day > today else None


def _refused(status: int, code: str, message: str) -> tuple[Response, int]:
    return jsonify({"code": code, "message": message}), status
