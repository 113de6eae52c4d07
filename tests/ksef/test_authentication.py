"""Logins as KSeF receives them: the token it can decrypt, the document it can verify."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.secret import Secret
from bridge.ksef.auth_token_request import SchemaVersion
from bridge.ksef.authentication import encrypt_token, submit_certificate, submit_token
from bridge.ksef.client import KsefClient
from bridge.ksef.contract import Challenge, PublicKeyCertificate
from bridge.ksef.errors import ClientIpNotIpv4, KsefRefused
from bridge.ksef.public_keys import PublicKeys
from bridge.ksef.transport import Transport
from tests.ksef.certificates import (
    NOW,
    PERSON,
    SEAL,
    certificate,
    ec_key,
    key_id,
    listed_key,
    rsa_key,
)
from tests.ksef.scripted_server import Received, Reply, json_reply, scripted_server
from tests.ksef.test_contract import TOKEN_INFO
from tests.secret_register import register_secret

CONTEXT = ContextIdentifier(ContextType.NIP, "5265877635")
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label=None)
KEY_REJECTED = {"errors": [{"code": 21470, "description": "Przesłany identyfikator klucza…"}]}


def new_token() -> Secret:
    value = f"20261123-EC-7FA3B1D200-AB12345F6A-9E|nip-5265877635|{secrets.token_hex(32)}"
    return Secret(register_secret(value))


class Ksef:
    """The least of a KSeF: its keys, its challenges, and what was submitted to it."""

    def __init__(self, *keys: rsa.RSAPrivateKey) -> None:
        self.accepted = {key_id(key): key for key in keys}
        self.listed = tuple(listed_key(key) for key in keys)
        self.challenges = 0
        self.submitted: list[bytes] = []
        self.client_ip = "192.0.2.1"

    def answer(self, request: Received) -> Reply:
        init = {"referenceNumber": "reference", "authenticationToken": TOKEN_INFO}
        if request.path.endswith("/auth/challenge"):
            return json_reply(self._challenge())
        if request.path.endswith("/security/public-key-certificates"):
            return json_reply([as_json(each) for each in self.listed])
        self.submitted.append(request.body)
        if request.path.endswith("/auth/ksef-token"):
            body = json.loads(request.body)
            if body["publicKeyId"] not in self.accepted:
                return json_reply(KEY_REJECTED, 400)
        return json_reply(init, 202)

    def decrypted(self, number: int = -1) -> str:
        body = json.loads(self.submitted[number])
        key = self.accepted[body["publicKeyId"]]
        return key.decrypt(base64.b64decode(body["encryptedToken"], validate=True), OAEP).decode()

    def _challenge(self) -> dict[str, object]:
        self.challenges += 1
        return {
            "challenge": f"20261123-CR-226FB7B000-3ACF9BE4C0-{self.challenges:02X}",
            "timestamp": "2026-11-23T12:00:00.9999999+00:00",
            "timestampMs": 1795435200999 + self.challenges,
            "clientIp": self.client_ip,
        }


def as_json(listed: PublicKeyCertificate) -> dict[str, object]:
    return {
        "certificate": listed.certificate,
        "certificateId": listed.certificate_id,
        "publicKeyId": listed.public_key_id,
        "validFrom": listed.valid_from.isoformat(),
        "validTo": listed.valid_to.isoformat(),
        "usage": list(listed.usage),
    }


@pytest.fixture
def ksef() -> Ksef:
    return Ksef(rsa_key())


@pytest.fixture
def client(ksef: Ksef) -> Iterator[KsefClient]:
    with scripted_server(ksef.answer) as server:
        transport = Transport(server.url)
        yield KsefClient(transport)
        transport.close()


def public_keys(client: KsefClient) -> PublicKeys:
    return PublicKeys(client.public_key_certificates, lambda: NOW)


def test_a_token_arrives_with_the_challenges_milliseconds(ksef: Ksef, client: KsefClient) -> None:
    token = new_token()
    challenge = client.challenge()
    submit_token(client, public_keys(client), token, CONTEXT, challenge)
    assert ksef.decrypted() == f"{token.reveal_text()}|1795435201000"
    body = json.loads(ksef.submitted[0])
    assert body["challenge"] == challenge.challenge
    assert "authorizationPolicy" not in body


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1"])
def test_a_session_is_bound_to_the_address(ksef: Ksef, client: KsefClient, address: str) -> None:
    submit_token(client, public_keys(client), new_token(), CONTEXT, client.challenge(), address)
    body = json.loads(ksef.submitted[0])
    assert body["authorizationPolicy"] == {"allowedIps": {"ip4Addresses": ["192.0.2.1"]}}


@pytest.mark.parametrize("address", ["2001:db8::1", "unknown"])
def test_a_session_that_cannot_be_bound_is_not_made(
    ksef: Ksef, client: KsefClient, address: str
) -> None:
    challenge = client.challenge()
    key = ec_key(ec.SECP256R1())
    with pytest.raises(ClientIpNotIpv4):
        submit_token(client, public_keys(client), new_token(), CONTEXT, challenge, address)
    with pytest.raises(ClientIpNotIpv4):
        submit_certificate(
            client, certificate(key), key, CONTEXT, challenge, SchemaVersion.V2_1, address
        )
    assert ksef.submitted == []


def test_a_withdrawn_key_is_replaced_once_with_a_fresh_challenge(
    ksef: Ksef, client: KsefClient
) -> None:
    keys = public_keys(client)
    submit_token(client, keys, new_token(), CONTEXT, client.challenge())
    replacement = rsa_key()
    ksef.accepted, ksef.listed = {key_id(replacement): replacement}, (listed_key(replacement),)
    token = new_token()
    submit_token(client, keys, token, CONTEXT, client.challenge())
    assert len(ksef.submitted) == 3
    assert ksef.challenges == 3
    assert ksef.decrypted() == f"{token.reveal_text()}|{1795435200999 + 3}"


def test_a_key_that_is_listed_but_refused_is_tried_once_more_and_no_more(
    ksef: Ksef, client: KsefClient
) -> None:
    ksef.accepted = {}
    with pytest.raises(KsefRefused) as caught:
        submit_token(client, public_keys(client), new_token(), CONTEXT, client.challenge())
    assert caught.value.codes == (21470,)
    assert len(ksef.submitted) == 2


def test_a_replacement_that_is_refused_too_ends_it(ksef: Ksef, client: KsefClient) -> None:
    ksef.listed = (*ksef.listed, listed_key(rsa_key()))
    ksef.accepted = {}
    with pytest.raises(KsefRefused):
        submit_token(client, public_keys(client), new_token(), CONTEXT, client.challenge())
    assert len(ksef.submitted) == 2


def test_another_refusal_is_not_repeated(client: KsefClient, ksef: Ksef) -> None:
    def refuse(request: Received) -> Reply:
        if request.path.endswith("/auth/ksef-token"):
            ksef.submitted.append(request.body)
            return json_reply({"errors": [{"code": 21111, "description": "…"}]}, 400)
        return ksef.answer(request)

    with scripted_server(refuse) as server:
        other = KsefClient(Transport(server.url))
        with pytest.raises(KsefRefused):
            submit_token(other, public_keys(other), new_token(), CONTEXT, other.challenge())
    assert len(ksef.submitted) == 1


def test_a_token_too_long_to_encrypt_stays_out_of_the_error() -> None:
    token = Secret(register_secret(secrets.token_hex(150)))
    with pytest.raises(ValueError, match="too long") as caught:
        encrypt_token(token, 1795435200999, rsa_key().public_key())
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


SUBJECTS = [
    (SEAL, "certificateSubject"),
    (PERSON, "certificateSubject"),
    ({**PERSON, NameOID.SERIAL_NUMBER: "TINPL-5265877635"}, "certificateSubject"),
    ({**PERSON, NameOID.SERIAL_NUMBER: "NIP-5265877635"}, "certificateSubject"),
    ({**PERSON, NameOID.SERIAL_NUMBER: "PESEL:88102341294"}, "certificateSubject"),
    ({**PERSON, NameOID.SERIAL_NUMBER: "PNODE-1234567890"}, "certificateFingerprint"),
    ({**PERSON, NameOID.SERIAL_NUMBER: "PNOPL-881023412"}, "certificateFingerprint"),
    ({**SEAL, NameOID.ORGANIZATION_IDENTIFIER: "VATDE-123456789"}, "certificateFingerprint"),
    ({**SEAL, NameOID.SURNAME: "Kowalski"}, "certificateFingerprint"),
    ({NameOID.COMMON_NAME: "nobody"}, "certificateFingerprint"),
]


@pytest.mark.parametrize(("subject", "expected"), SUBJECTS)
def test_a_signer_is_named_as_ksef_can_find_them(
    ksef: Ksef, client: KsefClient, subject: dict[x509.ObjectIdentifier, str], expected: str
) -> None:
    key = ec_key(ec.SECP256R1())
    submit_certificate(client, certificate(key, subject), key, CONTEXT, client.challenge())
    root = etree.fromstring(ksef.submitted[0])
    assert root.findtext("{*}SubjectIdentifierType") == expected


@pytest.mark.parametrize("version", SchemaVersion)
def test_a_signed_request_says_what_was_asked(
    ksef: Ksef, client: KsefClient, version: SchemaVersion
) -> None:
    key = ec_key(ec.SECP256R1())
    challenge: Challenge = client.challenge()
    submit_certificate(
        client, certificate(key), key, CONTEXT, challenge, version, allowed_ip="192.0.2.1"
    )
    root = etree.fromstring(ksef.submitted[0])
    assert etree.QName(root).namespace == f"http://ksef.mf.gov.pl/auth/token/{version.value}"
    assert root.findtext("{*}Challenge") == challenge.challenge
    assert root.findtext("{*}ContextIdentifier/{*}Nip") == CONTEXT.value
    assert root.findtext("{*}AuthorizationPolicy/{*}AllowedIps/{*}Ip4Address") == "192.0.2.1"
    # KSeF's clock, cut to the second, whatever this host's clock says.
    assert root.findtext(".//{*}SigningTime") == "2026-11-23T12:00:00Z"
