"""The package ksef-client against the simulator: its base URL points there, all else is its own."""

from __future__ import annotations

import base64
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key
from ksef_client import KsefClient, KsefClientOptions, KsefHttpError
from ksef_client import models as m
from ksef_client.services import AuthCoordinator
from ksef_client.services.csr import CsrResult, generate_csr_ec, generate_csr_rsa
from ksef_client.services.workflows import AuthResult
from ksef_client.services.xades import XadesKeyPair

from bridge.simulator.certificates.portal import Application, company, issue_by_simulator, new_key
from tests.processes import COMMAND, RunningCommand
from tests.secret_register import register_secret
from tests.simulator.login_certificates import (
    PrivateKey,
    certificate_for,
    new_ec_key,
    new_nip,
    seal_of,
)

SECONDS_BETWEEN_POLLS = 0.05


def new_rsa_key() -> PrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def client(simulator: RunningCommand) -> Iterator[KsefClient]:
    options = KsefClientOptions(base_url=f"http://127.0.0.1:{simulator.port}")
    with KsefClient(options) as opened:
        yield opened


def self_signed(nip: str, key: PrivateKey) -> XadesKeyPair:
    credential = certificate_for(seal_of(nip), key=key)
    return XadesKeyPair(credential.certificate_pem, credential.key_pem)


def registered(result: AuthResult) -> AuthResult:
    for token in (result.authentication_token, result.access_token, result.refresh_token):
        register_secret(token)
    return result


def sign_in(client: KsefClient, nip: str, key_pair: XadesKeyPair | None = None) -> AuthResult:
    return registered(
        AuthCoordinator(client.auth).authenticate_with_xades_key_pair(
            key_pair=key_pair or self_signed(nip, new_ec_key()),
            context_identifier_type="nip",
            context_identifier_value=nip,
            subject_identifier_type="certificateSubject",
            enforce_xades_compliance=True,
            poll_interval_seconds=SECONDS_BETWEEN_POLLS,
        )
    )


def sign_in_by_token(client: KsefClient, nip: str, token: str) -> AuthResult:
    published = client.security.get_public_key_certificate(
        m.PublicKeyCertificateUsage.KSEFTOKENENCRYPTION
    )
    return registered(
        AuthCoordinator(client.auth).authenticate_with_ksef_token(
            token=token,
            public_certificate=published.certificate,
            public_key_id=published.public_key_id,
            context_identifier_type="nip",
            context_identifier_value=nip,
            poll_interval_seconds=SECONDS_BETWEEN_POLLS,
        )
    )


def new_ksef_token(client: KsefClient, access_token: str) -> m.GenerateTokenResponse:
    """Generate a token and wait until it may be used."""
    made = client.tokens.generate_token(
        m.GenerateTokenRequest(
            description="Token klienta zewnętrznego",
            permissions=[m.TokenPermissionType.INVOICEREAD, m.TokenPermissionType.INVOICEWRITE],
        ),
        access_token=access_token,
    )
    register_secret(made.token)
    wait_until(
        lambda: (
            client.tokens.get_token_status(made.reference_number, access_token=access_token).status
            == m.AuthenticationTokenStatus.ACTIVE
        )
    )
    return made


def wait_until(condition: Callable[[], bool]) -> None:
    """Ask again for at most five seconds, seldom enough for KSeF's limit of 10 calls a second."""
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it has not come about"
        time.sleep(0.2)


@pytest.mark.parametrize("make_key", [new_rsa_key, new_ec_key], ids=["RSA", "EC"])
def test_it_logs_in_by_self_signed_certificate(
    client: KsefClient, make_key: Callable[[], PrivateKey]
) -> None:
    nip = new_nip()
    result = sign_in(client, nip, self_signed(nip, make_key()))
    owned = client.permissions.query_personal_grants(
        m.PersonalPermissionsQueryRequest(), access_token=result.access_token
    )
    assert m.OwnerPermissionScope.INVOICEWRITE in (owned.owner_permissions or [])
    refreshed = client.auth.refresh_access_token(result.refresh_token)
    assert register_secret(refreshed.access_token.token).count(".") == 2


@pytest.mark.parametrize("algorithm", ["RSA 2048", "EC P-256"])
def test_it_logs_in_by_certificate_of_ksef(
    client: KsefClient, simulator: RunningCommand, tmp_path: Path, algorithm: str
) -> None:
    nip = new_nip()
    password = register_secret(secrets.token_urlsafe(12))
    arguments = ["--nip", nip, "--type", "Authentication", "--environment", "Test"]
    arguments += ["--password", password, "--key-algorithm", algorithm, "--out", str(tmp_path)]
    answer = subprocess.run(
        [COMMAND, "simulator", "--port", str(simulator.port), "certificate", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    certificate_path, key_path = answer.stdout.splitlines()
    key_pair = XadesKeyPair.from_pem_files(
        certificate_path=certificate_path,
        private_key_path=key_path,
        private_key_password=password,
    )
    register_secret(key_pair.private_key_pem)
    result = sign_in(client, nip, key_pair)
    listed = client.certificates.query_certificates(
        m.QueryCertificatesRequest(), access_token=result.access_token
    ).certificates
    assert [item.subject_identifier.value for item in listed] == [nip]
    assert listed[0].last_use_date is not None


def test_it_logs_in_by_token_that_it_has_generated(client: KsefClient) -> None:
    nip = new_nip()
    owner = sign_in(client, nip).access_token
    made = new_ksef_token(client, owner)
    by_token = sign_in_by_token(client, nip, made.token)
    own = client.tokens.get_token_status(made.reference_number, access_token=by_token.access_token)
    assert own.context_identifier.value == nip
    assert own.last_use_date is not None
    listed = client.tokens.list_tokens(access_token=owner)
    assert [token.reference_number for token in listed.tokens] == [made.reference_number]


def test_a_token_that_it_has_revoked_no_longer_logs_in(client: KsefClient) -> None:
    nip = new_nip()
    owner = sign_in(client, nip).access_token
    made = new_ksef_token(client, owner)
    client.tokens.revoke_token(made.reference_number, access_token=owner)
    wait_until(
        lambda: (
            client.tokens.get_token_status(made.reference_number, access_token=owner).status
            == m.AuthenticationTokenStatus.REVOKED
        )
    )
    with pytest.raises(RuntimeError, match=r"450 .*Token unieważniony"):
        sign_in_by_token(client, nip, made.token)


def test_it_lists_and_revokes_sessions(client: KsefClient) -> None:
    nip = new_nip()
    key_pair = self_signed(nip, new_ec_key())
    first, second = sign_in(client, nip, key_pair), sign_in(client, nip, key_pair)
    listed = client.auth.get_active_sessions(access_token=second.access_token)
    assert [(item.reference_number, item.is_current) for item in listed.items] == [
        (second.reference_number, True),
        (first.reference_number, False),
    ]
    client.auth.revoke_session(first.reference_number, second.access_token)
    with pytest.raises(KsefHttpError) as refused:
        client.auth.refresh_access_token(first.refresh_token)
    assert refused.value.status_code == 400
    remaining = client.auth.get_active_sessions(access_token=second.access_token)
    assert [item.reference_number for item in remaining.items] == [second.reference_number]
    client.auth.revoke_current_session(second.access_token)
    assert not client.auth.get_active_sessions(access_token=second.access_token).items


@pytest.mark.parametrize("request_for", [generate_csr_rsa, generate_csr_ec], ids=["RSA", "EC"])
@pytest.mark.parametrize("kind", list(m.KsefCertificateType), ids=lambda kind: kind.value)
def test_it_enrols_and_retrieves_a_certificate(
    client: KsefClient,
    kind: m.KsefCertificateType,
    request_for: Callable[[dict[str, object]], CsrResult],
) -> None:
    nip = new_nip()
    owner = sign_in(client, nip).access_token
    data = client.certificates.get_enrollment_data(owner)
    request = request_for(data.to_dict())
    register_secret(request.private_key_base64)
    sent = client.certificates.send_enrollment(
        m.EnrollCertificateRequest(
            certificate_name="Certyfikat klienta zewnętrznego",
            certificate_type=kind,
            csr=request.csr_base64,
        ),
        access_token=owner,
    )
    codes = []

    def issued() -> bool:
        status = client.certificates.get_enrollment_status(
            sent.reference_number, access_token=owner
        )
        codes.append(status.status.code)
        return status.certificate_serial_number is not None

    wait_until(issued)
    assert codes[0] == 100
    assert codes[-1] == 200
    serial_number = client.certificates.get_enrollment_status(
        sent.reference_number, access_token=owner
    ).certificate_serial_number
    assert serial_number is not None
    retrieved = client.certificates.retrieve_certificate(
        m.RetrieveCertificatesRequest(certificate_serial_numbers=[serial_number]),
        access_token=owner,
    ).certificates
    assert [item.certificate_type for item in retrieved] == [kind]
    certificate = x509.load_der_x509_certificate(base64.b64decode(retrieved[0].certificate))
    key = load_der_private_key(base64.b64decode(request.private_key_base64), None)
    assert certificate.public_key() == key.public_key()
    assert f"{certificate.serial_number:016X}" == serial_number
    client.certificates.revoke_certificate(
        serial_number, m.RevokeCertificateRequest(), access_token=owner
    )
    assert client.certificates.get_limits(owner).certificate.remaining == 100


def test_it_learns_why_a_request_for_a_certificate_was_rejected(
    client: KsefClient, simulator: RunningCommand
) -> None:
    owner = sign_in(client, new_nip()).access_token
    request = generate_csr_ec(client.certificates.get_enrollment_data(owner).to_dict())
    register_secret(request.private_key_base64)
    details = ["Osiągnięto dopuszczalny limit posiadanych certyfikatów."]
    wish = {"code": 400, "description": "Wniosek odrzucony", "details": details, "times": 1}
    chaos = {"enrolmentStatus": wish}
    simulator.call("PUT", "/_simulator/chaos", json_body=chaos)
    sent = client.certificates.send_enrollment(
        m.EnrollCertificateRequest(
            certificate_name="Certyfikat klienta zewnętrznego",
            certificate_type=m.KsefCertificateType.OFFLINE,
            csr=request.csr_base64,
        ),
        access_token=owner,
    )
    simulator.call("PUT", "/_simulator/chaos", json_body={})

    def status() -> tuple[int, list[str] | None]:
        told = client.certificates.get_enrollment_status(sent.reference_number, access_token=owner)
        return told.status.code, told.status.details

    wait_until(lambda: status()[0] != 100)
    assert status() == (400, details)
    limits = client.certificates.get_limits(owner)
    assert (limits.enrollment.remaining, limits.certificate.remaining) == (299, 100)


@pytest.mark.parametrize("state", list(m.CertificateListItemStatus), ids=lambda state: state.value)
def test_it_lists_certificates_of_each_state(
    client: KsefClient, simulator: RunningCommand, state: m.CertificateListItemStatus
) -> None:
    nip = new_nip()
    application = Application(company(nip, "Firma"), "Authentication", new_key("EC P-256"))
    issued = issue_by_simulator(application, [simulator.port])
    assert issued is not None
    serial_number = f"{issued.serial_number:016X}"
    path = f"/_simulator/certificates/{serial_number}"
    simulator.call("PUT", path, json_body={"status": state.value})
    owner = sign_in(client, nip).access_token
    for wanted in m.CertificateListItemStatus:
        listed = client.certificates.query_certificates(
            m.QueryCertificatesRequest(status=wanted), access_token=owner
        ).certificates
        numbers = [each.certificate_serial_number for each in listed]
        assert numbers == ([serial_number] if wanted is state else [])


def test_it_learns_from_the_simulator_why_a_stranger_may_not_log_in(client: KsefClient) -> None:
    stranger = self_signed(new_nip(), new_ec_key())
    with pytest.raises(RuntimeError, match=r"415 .*Brak przypisanych uprawnień"):
        sign_in(client, new_nip(), stranger)
