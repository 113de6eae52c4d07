"""Does to a call what the present misbehaviour has in store for it.

A call is taken in, held up, refused or cut off here; nobody waits while holding the state's lock.
"""

from __future__ import annotations

from flask import Response, g, request

from bridge.http_connections import CLOSE_CONNECTION
from bridge.simulator.access import current_state
from bridge.simulator.authentication.encryption_keys import new_private_key
from bridge.simulator.chaos import Chaos, Rule
from bridge.simulator.errors import (
    BadRequest,
    Forbidden,
    Gone,
    KsefRefusal,
    ServerError,
    TooManyRequests,
    Unauthorized,
)
from bridge.simulator.state import SimulatorState

_MAINTENANCE_PAGE = (
    '<!DOCTYPE html><html lang="pl"><head><meta charset="utf-8"><title>Przerwa techniczna</title>'
    "</head><body><h1>Przerwa techniczna</h1><p>Trwają prace serwisowe. Zapraszamy później.</p>"
    "</body></html>"
)


def before_processing(call: str, chaos: Chaos, rule: Rule) -> Response | None:
    """Hold the call up, and let it pass (None) or answer it without processing.

    Raises the refusal that the rule asks for.
    """
    if rule.effect in {"delay-answer", "drop-answer"}:
        g.rule_after_processing = (call, chaos, rule)
        return None
    _hold(call, chaos, rule.seconds)
    if rule.effect == "delay":
        return None
    if rule.effect == "drop-request":
        # Unread bytes would make the kernel reset the connection instead of closing it.
        request.get_data()
        _close_connection()
        return Response(status=503)
    if rule.effect == "server-error" and rule.html:
        return Response(
            _MAINTENANCE_PAGE,
            rule.status,
            ServerError(rule.status, rule.retry_after).headers(),
            content_type="text/html; charset=utf-8",
        )
    raise _refusal(rule)


def after_processing(response: Response) -> Response:
    """Hold up or cut off the answer to a call that was processed."""
    call, chaos, rule = g.pop("rule_after_processing", (None, None, None))
    if rule is not None:
        _hold(call, chaos, rule.seconds)
        if rule.effect == "drop-answer":
            _close_connection()
    return response


def change_keys_when_due(state: SimulatorState) -> None:
    """Rotate the published keys if the present misbehaviour says that it is time."""
    with state.lock:
        chaos = state.chaos
        rotation = chaos.due_rotation()
    if rotation is None:
        return
    key = new_private_key()  # takes about 100 ms, during which other calls go on
    with state.lock:
        if state.chaos is not chaos:
            return
        if rotation.kind == "emergency":
            state.encryption_keys.replace_at_once(rotation.usage, key)
        else:
            state.encryption_keys.withdraw_old(rotation.usage)
            state.encryption_keys.rotate(rotation.usage, key)


def _hold(call: str, chaos: Chaos, seconds: float) -> None:
    if seconds == 0:
        return
    state = current_state()
    with state.lock:
        state.held[call] += 1
    chaos.ended.wait(seconds)
    with state.lock:
        state.held[call] -= 1


def _close_connection() -> None:
    """End the connection; the answer that follows goes nowhere."""
    request.environ[CLOSE_CONNECTION]()


def _refusal(rule: Rule) -> KsefRefusal:
    match rule.effect:
        case "rate-limit":
            wait = 1 if rule.retry_after is None else rule.retry_after
            return TooManyRequests(
                wait, f"Przekroczono limit żądań. Spróbuj ponownie po {wait} sekundach."
            )
        case "refuse" if rule.exception is not None:
            refused = rule.exception
            return BadRequest(refused.code, refused.description, *refused.details)
        case "forbid":
            return Forbidden(rule.reason_code or "", "Brak dostępu do wskazanego zasobu.")
        case "unauthorized":
            return Unauthorized()
        case "gone":
            return Gone()
        case _:
            return ServerError(rule.status, rule.retry_after)
