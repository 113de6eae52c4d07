"""What tests ask of the simulator itself, outside KSeF's API: `/_simulator/…`."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Annotated, Any, Literal

from flask import Blueprint, current_app
from pydantic import Field

from bridge.simulator import clock
from bridge.simulator.access import current_state
from bridge.simulator.authentication.encryption_keys import Usage
from bridge.simulator.authentication.operations import Operation
from bridge.simulator.chaos import Chaos, Misbehaviour
from bridge.simulator.endpoints import endpoints
from bridge.simulator.errors import InvalidInput
from bridge.simulator.identity import SubjectIdentifier
from bridge.simulator.request_body import Body, WellFormedContext, read_body
from bridge.simulator.tokens.management import CONTEXT_TYPES, TokenPermission

blueprint = Blueprint("control", __name__)

_NIP_LENGTH = 10


class Limits(Body):
    """Whether the rate limits hold."""

    enabled: bool


class KeyChange(Body):
    """A change of the published keys; `future` announces a key that is valid from tomorrow."""

    action: Literal["re-certify", "rotate", "withdraw-old", "emergency", "future"]
    usage: Annotated[Usage, Field(strict=False)] = Usage.TOKEN


class ReadyToken(Body):
    """A KSeF token to be made without a login, by the owner of its NIP."""

    context: WellFormedContext
    permissions: Annotated[list[TokenPermission], Field(min_length=1)] = Field(
        default_factory=lambda: list[TokenPermission](["InvoiceRead", "InvoiceWrite"])
    )
    description: Annotated[str, Field(min_length=5, max_length=256)] = "Token z symulatora"


@blueprint.get("/state")
def state() -> dict[str, Any]:
    """What has happened so far, without any token.

    `logins` counts by method the logins that were redeemed; `sessions` are these; `orphans` is
    the number of those that `Operations.orphans` describes; `calls` counts requests to the API by
    `"METHOD /path"` as the OpenAPI file writes the path, those that were refused or cut off among
    them; `held` counts in the same way those that are made to wait right now, and `rateLimited` is
    how many the rate limits have refused.
    """
    present = current_state()
    with present.lock:
        redeemed = [item for item in present.operations if item.redeemed_at is not None]
        return {
            "logins": {"token": 0, "xades": 0, **Counter(item.method for item in redeemed)},
            "sessions": [_session(item) for item in redeemed],
            "orphans": len(present.operations.orphans()),
            "calls": dict(sorted(present.calls.items())),
            "held": dict(sorted((+present.held).items())),
            "rateLimited": present.rate_limits.refused,
        }


@blueprint.put("/limits")
def limits() -> tuple[str, int]:
    """Switch the rate limits on or off."""
    body = read_body(Limits)
    present = current_state()
    with present.lock:
        present.rate_limits.enabled = body.enabled
    return "", 204


@blueprint.get("/chaos")
def chaos() -> dict[str, Any]:
    """The present misbehaviour, counted down."""
    present = current_state()
    with present.lock:
        return present.chaos.wish.as_json()


@blueprint.put("/chaos")
def replace_chaos() -> tuple[str, int]:
    """Misbehave in this way from now on, and in no other; calls that are held go on."""
    wish = read_body(Misbehaviour)
    known = endpoints(current_app)
    unknown = [
        f"rules.{place}.call: symulator nie zna wywołania {rule.call}"
        for place, rule in enumerate(wish.rules)
        if rule.call is not None and rule.call not in known
    ]
    if unknown:
        raise InvalidInput(*unknown)
    present = current_state()
    with present.lock:
        replaced, present.chaos = present.chaos, Chaos(wish)
        present.operations.set_processing_time(timedelta(seconds=wish.processing_seconds))
        present.certificates.processing_time = timedelta(seconds=wish.enrolment_seconds)
    replaced.ended.set()
    return "", 204


@blueprint.post("/keys")
def keys() -> tuple[str, int]:
    """Change the published keys as KSeF would."""
    body = read_body(KeyChange)
    present = current_state()
    with present.lock:
        published = present.encryption_keys
        match body.action:
            case "re-certify":
                published.re_certify(body.usage)
            case "rotate":
                published.rotate(body.usage)
            case "withdraw-old":
                published.withdraw_old(body.usage)
            case "emergency":
                published.replace_at_once(body.usage)
            case "future":
                published.announce(body.usage, clock.now() + timedelta(days=1))
    return "", 204


@blueprint.post("/ksef-tokens")
def ksef_tokens() -> tuple[dict[str, Any], int]:
    """A KSeF token that is active at once."""
    body = read_body(ReadyToken)
    context = body.context.identifier
    if context.type not in CONTEXT_TYPES:
        raise InvalidInput("context: dozwolone są typy Nip i InternalId.")
    owner = SubjectIdentifier("Nip", context.value[:_NIP_LENGTH])
    present = current_state()
    with present.lock:
        token, text = present.ksef_tokens.generate(
            context,
            owner,
            tuple(dict.fromkeys(body.permissions)),
            body.description,
            active_at_once=True,
        )
    return {"referenceNumber": token.reference_number, "token": text}, 201


def _session(operation: Operation) -> dict[str, Any]:
    subject = operation.subject
    return {
        "referenceNumber": operation.reference_number,
        "context": {"type": operation.context.type.value, "value": operation.context.value},
        "subject": {"type": subject.type, "value": subject.value} if subject else None,
        "method": operation.method,
        "redeemed": operation.redeemed_at is not None,
        "revoked": operation.revoked_at is not None,
    }
