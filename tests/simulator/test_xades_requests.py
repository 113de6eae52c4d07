"""Which content of a signed request the simulator refuses, and with which code."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bridge.simulator import clock
from bridge.simulator.authentication.authorization_policy import AllowedIps
from bridge.simulator.authentication.challenges import Challenge
from bridge.simulator.errors import BadRequest
from bridge.simulator.reference_numbers import new_reference_number
from bridge.simulator.xades import auth_token_request
from bridge.simulator.xades.schemas import Schemas
from tests.simulator import signed_requests as signing
from tests.simulator.ksef import Ksef, refusal
from tests.simulator.login_certificates import seal
from tests.simulator.signed_requests import DS, enveloped, request_xml, written


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", 21001),
        (b"<AuthTokenRequest", 21001),
        (b"not xml at all", 21001),
        (b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", 21001),
        (b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", 21001),
        (b"<!DOCTYPE a [<!ENTITY e 'x'>]><a/>", 21001),
        (b"<a>" + b"x" * 1_048_576 + b"</a>", 21001),
        ("<a>ł</a>".encode("utf-16"), 21217),
        ("<a>ł</a>".encode("iso-8859-2"), 21217),
        (b"<?xml version='1.0' encoding='windows-1250'?><a/>", 21217),
        (f"<a><ds:Signature xmlns:ds='{DS}'/></a>".encode(), 9101),
    ],
    ids=[
        "empty",
        "not well-formed",
        "no xml",
        "external DTD",
        "external entity",
        "internal entity",
        "too large",
        "utf-16",
        "latin-2",
        "declared windows-1250",
        "another document",
    ],
)
def test_unreadable_content_is_refused(ksef: Ksef, document: bytes, code: int) -> None:
    assert refusal(ksef.send_signed(document)) == (code, [])


def test_only_application_xml_is_taken(ksef: Ksef) -> None:
    answer = ksef.call(
        "POST", "/auth/xades-signature", data=b"<a/>", headers={"Content-Type": "text/xml"}
    )
    assert answer.status_code == 415


def _policy(*entries: str) -> str:
    return f"<AuthorizationPolicy><AllowedIps>{''.join(entries)}</AllowedIps></AuthorizationPolicy>"


MISFITS = [
    ("<Nip>5265877635</Nip>", "<Nip>0265877635</Nip>"),
    ("<Nip>5265877635</Nip>", "<Nip> 5265877635</Nip>"),
    ("<Nip>5265877635</Nip>", "<nip>5265877635</nip>"),
    ("<Nip>5265877635</Nip>", "<Nip>5265877635</Nip><Nip>5265877635</Nip>"),
    ("<Nip>5265877635</Nip>", "<InternalId>5265877635-1234</InternalId>"),
    ("<Nip>5265877635</Nip>", "<NipVatUe>5265877635-DE12345678</NipVatUe>"),
    ("certificateSubject", "CertificateSubject"),
    ("<Challenge>", '<Challenge xml:id="a">'),
    ("</SubjectIdentifierType>", "</SubjectIdentifierType>text"),
    ("</SubjectIdentifierType>", "</SubjectIdentifierType><Other/>"),
    ("auth/token/2.1", "auth/token/3.0"),
    (
        "</SubjectIdentifierType>",
        "</SubjectIdentifierType>"
        + _policy("<Ip4Mask>10.0.0.0/8</Ip4Mask>", "<Ip4Address>10.0.0.1</Ip4Address>"),
    ),
    (
        "</SubjectIdentifierType>",
        "</SubjectIdentifierType>" + _policy(*["<Ip4Address>10.0.0.1</Ip4Address>"] * 11),
    ),
    (
        "</SubjectIdentifierType>",
        "</SubjectIdentifierType>" + _policy("<Ip4Address>10.0.0.256</Ip4Address>"),
    ),
]


@pytest.mark.parametrize(("old", "new"), MISFITS)
def test_a_request_against_the_schema_is_refused(ksef: Ksef, old: str, new: str) -> None:
    document = request_xml(ksef.challenge()["challenge"], "5265877635")
    assert old in document
    signed = enveloped(document.replace(old, new), seal("5265877635"))
    code, details = refusal(ksef.send_signed(written(signed)))
    assert code == 21401
    assert details


@pytest.mark.parametrize(("old", "new"), MISFITS)
def test_the_schemas_of_ksef_refuse_the_same(shared: Path, old: str, new: str) -> None:
    document = request_xml("20250604-CR-461EA5B000-537A6BA15D-D7", "5265877635")
    schemas = Schemas(shared / "ksef")
    misfit = document.replace(old, new).encode()
    if old == "auth/token/2.1":
        schemas.check(misfit)  # a namespace without a schema is for the simulator's own reading
        return
    with pytest.raises(BadRequest) as caught:
        schemas.check(misfit)
    assert caught.value.code == 21401


@pytest.mark.parametrize("namespace", [signing.NAMESPACE_2_0, signing.NAMESPACE_2_1])
@pytest.mark.parametrize(
    "context",
    [
        "<Nip>5265877635</Nip>",
        "<InternalId>5265877635-12346</InternalId>",
        "<NipVatUe>5265877635-DE123456789</NipVatUe>",
        "<PeppolId>PPL123456</PeppolId>",
    ],
)
def test_every_context_passes_schema_and_own_reading(
    shared: Path, namespace: str, context: str
) -> None:
    policy = _policy(
        "<Ip4Address>10.0.0.1</Ip4Address>",
        "<Ip4Range>10.0.0.1-10.0.0.9</Ip4Range>",
        "<Ip4Mask>10.0.0.0/24</Ip4Mask>",
    )
    challenge = "20250604-CR-461EA5B000-537A6BA15D-D7"
    document = request_xml(challenge, "", namespace=namespace, context=context, policy=policy)
    Schemas(shared / "ksef").check(document.encode())
    wanted = auth_token_request.read(document.encode())
    assert wanted.challenge == challenge
    assert f"<{wanted.context.type}>{wanted.context.value}<" in context
    assert wanted.allowed_ips == AllowedIps(("10.0.0.1",), ("10.0.0.1-10.0.0.9",), ("10.0.0.0/24",))


def test_a_challenge_is_answered_once_within_ten_minutes(ksef: Ksef, nip: str) -> None:
    credential = seal(nip)
    refused: tuple[int, list[str]] = (21111, [])
    unknown = request_xml("20250604-CR-461EA5B000-537A6BA15D-D7", nip)
    assert refusal(ksef.send_signed(written(enveloped(unknown, credential)))) == refused

    fresh = ksef.challenge()["challenge"]
    signed = written(enveloped(request_xml(fresh, nip), credential))
    assert ksef.send_signed(signed).status_code == 202
    assert refusal(ksef.send_signed(signed)) == refused

    for age, expected in ((timedelta(minutes=9, seconds=50), 202), (timedelta(minutes=10), 400)):
        aged = Challenge(new_reference_number("CR"), clock.now() - age)
        ksef.state.challenges.keep(aged)
        answer = ksef.send_signed(written(enveloped(request_xml(aged.value, nip), credential)))
        assert answer.status_code == expected
    assert refusal(answer) == refused
