"""Every operation of the API called once, and what a well-behaved KSeF answered."""

from __future__ import annotations

import re
import time

from cryptography.hazmat.primitives.asymmetric import ec

from bridge.credentials.certificate import CertificateType
from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.secret import Secret
from bridge.enrolment.signing_request import signing_request
from bridge.ksef import authentication, operations
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.client import KsefClient
from bridge.ksef.contract import AuthenticationInit
from bridge.ksef.errors import Operation
from bridge.ksef.public_keys import PublicKeys
from bridge.ksef.transport import Answer, Request, Transport
from tests.ksef.mutated_answers import Recorded
from tests.ksef.scripted_server import Received
from tests.processes import RunningCommand
from tests.secret_register import register_secret
from tests.simulator.login_certificates import certificate_for, seal_of

OPERATIONS = {each for each in vars(operations).values() if isinstance(each, Operation)}


def operation_of(received: Received) -> Operation:
    """Which operation a request calls."""
    path = received.path.partition("?")[0].removeprefix("/v2")
    fixed_paths_first = sorted(OPERATIONS, key=lambda each: "{" in each.path)
    return next(
        each
        for each in fixed_paths_first
        if each.method == received.method
        and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each.path), path)
    )


class _Recorder(Transport):
    recorded: dict[Operation, Recorded]

    def send(self, request: Request) -> Answer:
        answer = super().send(request)
        self.recorded[request.operation] = Recorded(answer.http_status, answer.body)
        return answer


def recorded_answers(simulator: RunningCommand, nip: str) -> dict[Operation, Recorded]:
    """What the simulator answers to each operation, asked in the name of one company."""
    transport = _Recorder(f"http://127.0.0.1:{simulator.port}/v2")
    transport.recorded = {}
    client = KsefClient(transport)
    context = ContextIdentifier(ContextType.NIP, nip)
    _by_token(client, context, _new_token(simulator, nip))
    _by_certificate(client, context)
    transport.close()
    return transport.recorded


def _new_token(simulator: RunningCommand, nip: str) -> Secret:
    body = {"context": {"type": "Nip", "value": nip}}
    given = simulator.call("POST", "/_simulator/ksef-tokens", json_body=body).json
    return Secret(register_secret(str(given["token"])))


def _by_token(client: KsefClient, context: ContextIdentifier, token: Secret) -> None:
    keys = PublicKeys(client.public_key_certificates)
    init = authentication.submit_token(client, keys, token, context, client.challenge())
    access_token, refresh_token = _redeemed(client, init)
    client.ksef_token(token.reveal_text().partition("|")[0], access_token)
    client.revoke_current_session(refresh_token)


def _by_certificate(client: KsefClient, context: ContextIdentifier) -> None:
    seal = certificate_for(seal_of(context.value))
    challenge = client.challenge()
    init = authentication.submit_certificate(client, seal.certificate, seal.key, context, challenge)
    access_token, refresh_token = _redeemed(client, init)
    register_secret(client.refresh(refresh_token).token.reveal_text())
    list(client.sessions(access_token))
    client.personal_grants(access_token)
    _with_certificate(KsefCertificates(client, access_token, context))
    client.revoke_session(init.reference_number, access_token)


def _with_certificate(calls: KsefCertificates) -> None:
    calls.limits()
    request = signing_request(
        calls.enrolment_data().subject, ec.generate_private_key(ec.SECP256R1())
    )
    receipt = calls.enrol("Certyfikat", CertificateType.AUTHENTICATION.value, request)
    while (serial_number := calls.enrolment_status(receipt.reference_number).serial_number) is None:
        time.sleep(0.05)
    list(calls.listed())
    calls.retrieve([serial_number])
    calls.revoke(serial_number, None)


def _redeemed(client: KsefClient, init: AuthenticationInit) -> tuple[Secret, Secret]:
    token = init.authentication_token.token
    client.authentication_status(init.reference_number, token)
    tokens = client.redeem(token)
    for each in (token, tokens.access_token.token, tokens.refresh_token.token):
        register_secret(each.reveal_text())
    return tokens.access_token.token, tokens.refresh_token.token
