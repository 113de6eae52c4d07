"""Every mistake that issue 4 names under "Bad input": how it is made, and what must be answered."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.bridge_settings import bridge_url, other_bridge
from tests.e2e.credential_files import CredentialFiles
from tests.e2e.fake_bridges import (
    FakeBridge,
    answering_too_late,
    listening,
    of_contract,
    talking_rubbish,
)
from tests.e2e.records import Records
from tests.e2e.rest import Answer, RestUser
from tests.installation import Installation, new_nip
from tests.processes import free_port
from tests.secret_register import register_secret

KILOBYTE = 1024
FIVE_MEGABYTES = 5 * KILOBYTE * KILOBYTE
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n%%EOF\n"


@dataclass(frozen=True)
class World:
    """What is there before each mistake."""

    installation: Installation
    root_user: RestUser
    folder: Path
    nip: str
    """Of a company that has no profile yet."""
    token_profile: str
    """A profile with a working token, of the company `token_nip`."""
    token_nip: str
    authentication: CredentialFiles
    """An Authentication certificate of Test that is not in EspoCRM."""
    offline: CredentialFiles
    other: CredentialFiles
    """Another Authentication certificate with its key."""
    production: CredentialFiles
    expired: CredentialFiles
    not_yet_valid: CredentialFiles
    saved: CredentialFiles
    """The files of the certificate record `saved_id`."""
    saved_id: str
    saved_offline_id: str
    offline_name: str


@dataclass
class Attempt:
    """One person making the mistake once."""

    user: RestUser
    world: World
    uploads: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    """What the message must name."""

    def profile(self, **attributes: object) -> Answer:
        """Save a new profile."""
        return Records(self.user).save_profile(
            **{"name": "Sklep Kowalski", "nip": self.world.nip, **attributes}
        )

    def token(self, token: str, **attributes: object) -> Answer:
        return self.profile(authorizationType="Token", token=token, **attributes)

    def certificate(
        self,
        certificate: tuple[str, bytes] | None,
        key: tuple[str, bytes] | None,
        **attributes: object,
    ) -> Answer:
        """Upload what there is, save a new certificate."""
        body: dict[str, object] = {"name": "Sklep Kowalski", **attributes}
        for name, file in (("certificateFile", certificate), ("keyFile", key)):
            if file is not None:
                answer = self.user.upload(name, *file)
                if answer.status != 200:
                    return answer
                self.uploads.append(answer.json["id"])
                body[f"{name}Id"] = answer.json["id"]
        return Records(self.user).save_uploads(**body)

    def files(self, files: CredentialFiles, **attributes: object) -> Answer:
        """Both files and the password; `attributes` may say another password."""
        return self.certificate(
            (files.certificate_name, files.certificate),
            (files.key_name, files.key),
            **{"password": files.password, **attributes},
        )

    def naming(self, *facts: str) -> Attempt:
        self.facts += facts
        return self


@dataclass(frozen=True)
class BadInput:
    """A mistake and its answer."""

    title: str
    status: int
    code: str
    make: Callable[[Attempt], Answer]

    def __str__(self) -> str:
        return self.title


def wrong_digit(nip: str) -> str:
    """The NIP with its check digit one higher."""
    return nip[:9] + str((int(nip[9]) + 1) % 10)


def nip_with_wrong_digit(attempt: Attempt) -> Answer:
    nip = wrong_digit(attempt.world.nip)
    token = attempt.world.installation.new_ksef_token(attempt.world.nip)
    return attempt.naming(nip).token(token, nip=nip)


def token_of_another_nip(attempt: Attempt) -> Answer:
    other = new_nip()
    attempt.naming(other, attempt.world.nip)
    return attempt.token(attempt.world.installation.new_ksef_token(other))


def cut_token(attempt: Attempt) -> Answer:
    token = attempt.world.installation.new_ksef_token(attempt.world.nip)
    return attempt.naming("59", "64").token(register_secret(token[:-5]))


def cut_token_replacing_one(attempt: Attempt) -> Answer:
    token = attempt.world.installation.new_ksef_token(attempt.world.token_nip)
    body = {"token": register_secret(token[:-7]), "companyName": "Inna nazwa"}
    attempt.naming("57", "64")
    return attempt.user.call("PUT", f"KsefProfile/{attempt.world.token_profile}", body)


def certificate_without_key(attempt: Attempt) -> Answer:
    files = attempt.world.authentication
    return attempt.certificate((files.certificate_name, files.certificate), None)


def key_without_certificate(attempt: Attempt) -> Answer:
    files = attempt.world.authentication
    return attempt.certificate(None, (files.key_name, files.key), password=files.password)


def key_of_another_certificate(attempt: Attempt) -> Answer:
    files, other = attempt.world.authentication, attempt.world.other
    return attempt.naming(other.key_name).certificate(
        (files.certificate_name, files.certificate),
        (other.key_name, other.key),
        password=other.password,
    )


def wrong_password(attempt: Attempt) -> Answer:
    files = attempt.world.authentication
    attempt.naming(files.key_name)
    return attempt.files(files, password=register_secret(f"nie to hasło {files.name}"))


def no_password(attempt: Attempt) -> Answer:
    files = attempt.world.authentication
    return attempt.naming(files.key_name).files(files, password=None)


def no_password_for_pkcs12(attempt: Attempt) -> Answer:
    content = attempt.world.authentication.pkcs12()
    return attempt.naming("kowalski.p12").certificate(("kowalski.p12", content), None)


def expired(attempt: Attempt) -> Answer:
    return attempt.naming("20").files(attempt.world.expired)


def not_yet_valid(attempt: Attempt) -> Answer:
    return attempt.naming("20").files(attempt.world.not_yet_valid)


def offline_uploaded_for_authentication(attempt: Attempt) -> Answer:
    return attempt.files(attempt.world.offline, expectedType="Authentication")


def authentication_uploaded_for_offline(attempt: Attempt) -> Answer:
    return attempt.files(attempt.world.authentication, expectedType="Offline")


def offline_linked_for_authentication(attempt: Attempt) -> Answer:
    world = attempt.world
    return attempt.naming(world.offline_name).profile(
        authorizationType="Certificate", authorizationCertificateId=world.saved_offline_id
    )


def authentication_linked_for_offline(attempt: Attempt) -> Answer:
    world = attempt.world
    return attempt.naming(world.saved.name).profile(
        authorizationType="Certificate",
        authorizationCertificateId=world.saved_id,
        offlineCertificateId=world.saved_id,
    )


def certificate_of_test_uploaded_for_production(attempt: Attempt) -> Answer:
    return attempt.files(
        attempt.world.authentication,
        expectedType="Authentication",
        expectedEnvironment="Production",
    )


def certificate_of_test_linked_in_production(attempt: Attempt) -> Answer:
    world = attempt.world
    return attempt.naming(world.saved.name).profile(
        environment="Production",
        authorizationType="Certificate",
        authorizationCertificateId=world.saved_id,
    )


def certificate_of_production_uploaded_for_test(attempt: Attempt) -> Answer:
    return attempt.files(attempt.world.production, expectedEnvironment="Test")


def same_certificate_twice(attempt: Attempt) -> Answer:
    return attempt.naming(attempt.world.saved.name).files(attempt.world.saved)


def pdf_as_certificate(attempt: Attempt) -> Answer:
    files = attempt.world.authentication
    attempt.naming("umowa.crt")
    key = files.key_name, files.key
    return attempt.certificate(("umowa.crt", PDF), key, password=files.password)


def five_megabytes(attempt: Attempt) -> Answer:
    files = attempt.world.authentication
    content = files.certificate + b"\n" * (FIVE_MEGABYTES - len(files.certificate))
    attempt.naming("certyfikat.crt", "5120")
    return attempt.certificate(
        ("certyfikat.crt", content), (files.key_name, files.key), password=files.password
    )


def empty_file(attempt: Attempt) -> Answer:
    files = attempt.world.authentication
    attempt.naming("pusty.crt")
    key = files.key_name, files.key
    return attempt.certificate(("pusty.crt", b""), key, password=files.password)


def nothing_uploaded(attempt: Attempt) -> Answer:
    return attempt.certificate(None, None)


def bridge_down(attempt: Attempt) -> Answer:
    return _with_bridge(attempt, f"http://127.0.0.1:{free_port()}")


def bridge_down_for_token(attempt: Attempt) -> Answer:
    token = attempt.world.installation.new_ksef_token(attempt.world.nip)
    world = attempt.world
    url = f"http://127.0.0.1:{free_port()}"
    with other_bridge(world.root_user, world.installation, url, "some-key"):
        return attempt.token(token)


def bridge_with_another_key(attempt: Attempt) -> Answer:
    return _with_bridge(attempt, bridge_url(attempt.world.installation))


def bridge_too_slow(attempt: Attempt) -> Answer:
    return _with_fake(attempt, answering_too_late())


def bridge_talking_rubbish(attempt: Attempt) -> Answer:
    return _with_fake(attempt, talking_rubbish())


def bridge_of_another_contract(attempt: Attempt) -> Answer:
    return _with_fake(attempt.naming("99"), of_contract(99))


def _with_fake(attempt: Attempt, fake: FakeBridge) -> Answer:
    with listening(fake):
        answer = _with_bridge(attempt, fake.url)
    assert fake.bodies, "the fake bridge was asked"
    assert set(fake.bodies) == {b""}, "nothing is sent to a bridge that is not known to fit"
    return answer


def _with_bridge(attempt: Attempt, url: str) -> Answer:
    world = attempt.world
    key = register_secret("key-of-another-bridge")
    with contextlib.ExitStack() as stack:
        stack.enter_context(other_bridge(world.root_user, world.installation, url, key))
        return attempt.files(world.authentication)


BAD_INPUT = (
    BadInput("NIP with a wrong digit", 400, "nip-check-digit", nip_with_wrong_digit),
    BadInput("token of another NIP", 400, "token-nip-mismatch", token_of_another_nip),
    BadInput("cut token", 400, "token-secret-length", cut_token),
    BadInput("cut token, replacing one", 400, "token-secret-length", cut_token_replacing_one),
    BadInput("certificate without key", 400, "private-key-missing", certificate_without_key),
    BadInput("key without certificate", 400, "certificate-missing", key_without_certificate),
    BadInput("key of another certificate", 400, "private-key-mismatch", key_of_another_certificate),
    BadInput("wrong password", 400, "password-wrong", wrong_password),
    BadInput("no password, encrypted key", 400, "password-missing", no_password),
    BadInput("no password, PKCS #12", 400, "password-missing", no_password_for_pkcs12),
    BadInput("expired", 400, "certificate-expired", expired),
    BadInput("not yet valid", 400, "certificate-not-yet-valid", not_yet_valid),
    BadInput(
        "Offline uploaded for the Authentication field",
        *(400, "certificate-is-offline", offline_uploaded_for_authentication),
    ),
    BadInput(
        "Authentication uploaded for the Offline field",
        *(400, "certificate-is-authentication", authentication_uploaded_for_offline),
    ),
    BadInput(
        "Offline linked in the Authentication field",
        *(400, "linked-certificate-is-offline", offline_linked_for_authentication),
    ),
    BadInput(
        "Authentication linked in the Offline field",
        *(400, "linked-certificate-is-authentication", authentication_linked_for_offline),
    ),
    BadInput(
        "Test certificate uploaded for a Production profile",
        *(400, "certificate-of-test", certificate_of_test_uploaded_for_production),
    ),
    BadInput(
        "Test certificate linked in a Production profile",
        *(
            400,
            "linked-certificate-of-another-environment",
            certificate_of_test_linked_in_production,
        ),
    ),
    BadInput(
        "Production certificate uploaded for a Test profile",
        *(400, "certificate-of-production", certificate_of_production_uploaded_for_test),
    ),
    BadInput("the same certificate twice", 409, "certificate-exists", same_certificate_twice),
    BadInput("PDF renamed to .crt", 400, "file-unsupported", pdf_as_certificate),
    BadInput("5 MB file", 400, "file-too-large", five_megabytes),
    BadInput("empty file", 400, "file-empty", empty_file),
    BadInput("no file at all", 400, "files-missing", nothing_uploaded),
    BadInput("bridge down, certificate", 503, "bridge-unreachable", bridge_down),
    BadInput("bridge down, token", 503, "bridge-unreachable", bridge_down_for_token),
    BadInput("bridge with another API key", 503, "api-key-unknown", bridge_with_another_key),
    BadInput("bridge answering too late", 503, "bridge-too-slow", bridge_too_slow),
    BadInput("rubbish for a bridge", 503, "bridge-answer-unreadable", bridge_talking_rubbish),
    BadInput("bridge of another contract", 503, "contract-unsupported", bridge_of_another_contract),
)
