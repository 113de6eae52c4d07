"""`GET /latarnia/{environment}/status` and `…/messages`, and what tests ask of them.

As of November 2026 (repository CIRFMF/ksef-latarnia, its issues, other people's clients): open to
everybody, `messages` only beside a status other than AVAILABLE, moments with an offset.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from bridge.credentials.environment import Environment
from bridge.simulator.access import current_state
from bridge.simulator.errors import InvalidInput
from bridge.simulator.latarnia.announced import AVAILABLE, Latarnia, Played
from bridge.simulator.request_body import read_body

LATARNIA = "/latarnia"

blueprint = Blueprint("latarnia", __name__)
control = Blueprint("latarnia_control", __name__)


@blueprint.get("/<environment>/status")
def status(environment: str) -> Response | tuple[str, int]:
    """Whether KSeF is available, and if not, why."""
    with current_state().lock:
        latarnia = _latarnia(environment)
        latarnia.asked += 1
        if latarnia.http_status is not None:
            return _away(latarnia.http_status)
        if latarnia.status == AVAILABLE:
            return jsonify({"status": latarnia.status})
        return jsonify({"status": latarnia.status, "messages": latarnia.current()})


@blueprint.get("/<environment>/messages")
def messages(environment: str) -> Response | tuple[str, int]:
    """All that was published, the latest first."""
    with current_state().lock:
        latarnia = _latarnia(environment)
        if latarnia.http_status is not None:
            return _away(latarnia.http_status)
        return jsonify(sorted(latarnia.messages, key=lambda each: each["published"], reverse=True))


@control.get("/latarnia/<environment>")
def announced(environment: str) -> dict[str, Any]:
    """What is announced, and how often the status was asked for."""
    with current_state().lock:
        latarnia = _latarnia(environment)
        return {
            "status": latarnia.status,
            "messages": latarnia.messages,
            "httpStatus": latarnia.http_status,
            "asked": latarnia.asked,
        }


@control.put("/latarnia/<environment>")
def announce(environment: str) -> tuple[str, int]:
    """Announce this from now on, and nothing else."""
    played = read_body(Played)
    with current_state().lock:
        _latarnia(environment).play(played)
    return "", 204


def _latarnia(environment: str) -> Latarnia:
    for known, latarnia in current_state().latarnia.items():
        if known.value.lower() == environment.lower():
            return latarnia
    names = ", ".join(each.value.lower() for each in Environment)
    raise InvalidInput(f"environment: dozwolone są wartości {names}.")


def _away(http_status: int) -> tuple[str, int]:
    return "<html><body><h1>Bad Gateway</h1></body></html>", http_status
