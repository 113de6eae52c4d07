"""Whatever is answered, a call ends with a value that can be worked with or with a KsefError."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.secret import Secret
from bridge.enrolment.certificate_search import Found
from bridge.enrolment.refusals import problem_of
from bridge.enrolment.signing_request import signing_request
from bridge.ksef import authentication, operations
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.certificates import RetrievedCertificate
from bridge.ksef.client import KsefClient
from bridge.ksef.contract import Challenge, PublicKeyCertificate
from bridge.ksef.errors import KsefAnswerUnreadable, KsefError, Operation
from bridge.ksef.public_keys import PublicKeys, encryption_key
from bridge.ksef.refusals import refusal_of
from bridge.ksef.transport import Transport
from bridge.sessions.refusals import session_error
from tests.installation import new_nip
from tests.ksef.mutated_answers import Recorded, mutations
from tests.ksef.recorded_answers import OPERATIONS, operation_of, recorded_answers
from tests.ksef.scripted_server import Received, Reply, ScriptedServer, scripted_server
from tests.ksef.test_contract import JWT
from tests.processes import RunningCommand
from tests.simulator.login_certificates import certificate_for, seal_of

TOKEN = Secret(JWT)
REFERENCE = "20261123-AU-2DFC46C000-3AC6D5877F-D4"
SERIAL = "018209160C631F1E"
CONTEXT = ContextIdentifier(ContextType.NIP, "5265877635")
KEY = ec.generate_private_key(ec.SECP256R1())
SEAL = certificate_for(seal_of(CONTEXT.value))

PROBLEM = {
    "title": "Bad Request",
    "status": 400,
    "detail": "Żądanie jest nieprawidłowe.",
    "errors": [{"code": 21304, "description": "Brak.", "details": ["Operacja …"]}],
    "traceId": "673843e023c432286660bc0501a3af44",
    "reasonCode": "security-service-blocked",
    "security": {
        "clientIp": "127.0.0.1",
        "incidentId": "4711",
        "requiredAnyOfPermissions": ["InvoiceRead"],
        "presentPermissions": [],
    },
}
EXCEPTION = {
    "exception": {
        "exceptionDetailList": [
            {"exceptionCode": 21304, "exceptionDescription": "Brak.", "details": ["Operacja …"]}
        ],
        "serviceCode": "00-673843e023c432286660bc0501a3af44-eee7647dc67aa74a-00",
    }
}


@dataclass(frozen=True)
class Caller:
    """Who asks, and the server that answers."""

    client: KsefClient
    server: ScriptedServer = field(repr=False)
    recorded: Mapping[Operation, Recorded] = field(repr=False)

    @property
    def certificates(self) -> KsefCertificates:
        return KsefCertificates(self.client, TOKEN, CONTEXT)

    def challenge(self) -> Challenge:
        """A challenge that a login can be signed with."""
        challenge = self.client.challenge()
        authentication.submit_certificate(
            self.client, SEAL.certificate, SEAL.key, CONTEXT, challenge
        )
        return challenge

    def encrypted(self) -> object:
        """A login by token, encrypted by one of KSeF's public keys."""
        keys = PublicKeys(self.client.public_key_certificates)
        moment = datetime.now(UTC)
        challenge = Challenge(REFERENCE, moment, 2**63 - 1, None)
        token = Secret("x" * 160)
        return authentication.submit_token(self.client, keys, token, CONTEXT, challenge)

    def requested(self) -> object:
        """The subject, for which a certificate can be requested."""
        subject = self.certificates.enrolment_data().subject
        signing_request(subject, KEY)
        return subject


CALLS: dict[Operation, Callable[[Caller], object]] = {
    operations.CHALLENGE: lambda c: c.challenge(),
    operations.SUBMIT_KSEF_TOKEN: lambda c: c.client.submit_ksef_token("c", CONTEXT, "e", None),
    operations.SUBMIT_XADES: lambda c: c.client.submit_xades(b"<x/>"),
    operations.AUTHENTICATION_STATUS: lambda c: c.client.authentication_status(REFERENCE, TOKEN),
    operations.REDEEM: lambda c: c.client.redeem(TOKEN),
    operations.REFRESH: lambda c: c.client.refresh(TOKEN),
    operations.SESSIONS: lambda c: list(c.client.sessions(TOKEN)),
    operations.REVOKE_SESSION: lambda c: c.client.revoke_session(REFERENCE, TOKEN),
    operations.REVOKE_CURRENT_SESSION: lambda c: c.client.revoke_current_session(TOKEN),
    operations.PUBLIC_KEY_CERTIFICATES: lambda c: c.encrypted(),
    operations.KSEF_TOKEN: lambda c: c.client.ksef_token(REFERENCE, TOKEN),
    operations.PERSONAL_GRANTS: lambda c: c.client.personal_grants(TOKEN),
    operations.QUERY_CERTIFICATES: lambda c: list(c.certificates.listed()),
    operations.CERTIFICATE_LIMITS: lambda c: c.certificates.limits(),
    operations.ENROLMENT_DATA: lambda c: c.requested(),
    operations.ENROL: lambda c: c.certificates.enrol("name", "Offline", b"csr"),
    operations.ENROLMENT_STATUS: lambda c: c.certificates.enrolment_status(REFERENCE),
    operations.RETRIEVE_CERTIFICATES: lambda c: [
        Found.of(each).serial_number for each in c.certificates.retrieve([SERIAL])
    ],
    operations.REVOKE_CERTIFICATE: lambda c: c.certificates.revoke(SERIAL, None),
}


@pytest.fixture(scope="module")
def caller(simulator: RunningCommand) -> Iterator[Caller]:
    recorded = recorded_answers(simulator, new_nip())
    with scripted_server(Reply()) as server:
        transport = Transport(server.url)
        yield Caller(KsefClient(transport, sleep=lambda _: None), server, recorded)
        transport.close()


def test_every_operation_is_called(caller: Caller) -> None:
    assert set(CALLS) == set(caller.recorded) == OPERATIONS


def test_the_answers_as_they_came_are_taken(caller: Caller) -> None:
    for operation, call in CALLS.items():
        answered(caller, operation, caller.recorded[operation])
        assert_harmless(call(caller))


@pytest.mark.parametrize("operation", sorted(OPERATIONS, key=str), ids=str)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_is_answered(caller: Caller, operation: Operation, data: st.DataObject) -> None:
    whole = data.draw(st.one_of(st.just(caller.recorded[operation]), st.sampled_from(ERRORS)))
    reply = data.draw(mutations(whole)).of(whole)
    answered(caller, operation, reply)
    try:
        value = CALLS[operation](caller)
    except KsefError as error:
        assert_told(error)
    else:
        assert_harmless(value)


ERRORS = [Recorded(status, json.dumps(PROBLEM).encode()) for status in (400, 401, 403, 429, 503)]
ERRORS.append(Recorded(400, json.dumps(EXCEPTION).encode()))


@pytest.mark.parametrize(
    ("octets", "others"),
    [
        ("a003020102", "a003020105"),
        ("2a8648ce3d0201", "2a8648ce3d0209"),
        ("2a8648ce3d030107", "2a8648ce3d030109"),
        ("30", "31"),
    ],
    ids=["version 6", "kind of key", "curve", "no certificate"],
)
def test_a_certificate_that_cannot_be_read(octets: str, others: str) -> None:
    der = SEAL.der.replace(bytes.fromhex(octets), bytes.fromhex(others), 1)
    assert der != SEAL.der
    with pytest.raises(KsefAnswerUnreadable):
        Found.of(RetrievedCertificate(SERIAL, "name", "Offline", der))
    moment = datetime.now(UTC)
    text = base64.b64encode(der).decode()
    published = PublicKeyCertificate(text, "id", "id", moment, moment, ())
    assert encryption_key(published) is None


@pytest.mark.parametrize("bits", [1024, 2048])
def test_a_public_key_that_is_too_short_for_a_token_is_none(bits: int) -> None:
    key = rsa.generate_private_key(65537, bits)
    made = certificate_for(seal_of(CONTEXT.value), key=key)
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    public_key_id = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    moment = datetime.now(UTC)
    published = PublicKeyCertificate(
        base64.b64encode(made.der).decode(), "id", public_key_id, moment, moment, ()
    )
    assert (encryption_key(published) is not None) is (bits == 2048)


def answered(caller: Caller, target: Operation, reply: Reply | Recorded) -> None:
    """Answer so to the operation, and as it was recorded to all others."""

    def answer(received: Received) -> Reply:
        operation = operation_of(received)
        given_ = reply if operation == target else caller.recorded[operation]
        return given_ if isinstance(given_, Reply) else Reply(given_.status, given_.body)

    caller.server.received.clear()
    caller.server.answer = answer


def assert_told(error: KsefError) -> None:
    """The error can be logged, stored and told to a caller, whoever asked."""
    refusal = refusal_of(error)
    told = session_error(error, refusal)
    for params in (refusal.params, told.params, problem_of(error).params):
        json.dumps(params, allow_nan=False, ensure_ascii=False).encode()
        assert all(len(str(value)) <= 400 for value in params.values())
    str(error).encode()
    (error.trace_id or "").encode("ascii")
    retry_after = getattr(error, "retry_after", None)
    assert retry_after is None or 0 <= retry_after <= 86_400


def assert_harmless(value: object) -> None:
    """All that was read can be encoded, and reckoned with."""
    for part in parts_of(value):
        assert_harmless(part)
    match value:
        case str():
            value.encode()
        case int():
            assert -(2**63) <= value < 2**63
        case datetime():
            for days in (-3650, 3650):
                (value + timedelta(days=days)).astimezone(UTC).isoformat()


def parts_of(value: object) -> list[object]:
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, each.name) for each in fields(value)]
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    return list(value) if isinstance(value, list | tuple) else []
