"""A certificate requested, packaged and used, by the contract and by real HTTP."""

from __future__ import annotations

import base64
import io
import subprocess
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from bridge.simulator.certificates.portal import company
from tests.enrolment.espocrm import ORDER, EspoCrm, Requested, code, public_key_sha256
from tests.installation import new_nip
from tests.secret_register import register_secret


@pytest.mark.parametrize("kind", ["Authentication", "Offline"])
@pytest.mark.parametrize("algorithm", ["EC P-256", "RSA 2048"])
def test_it_is_issued_packaged_and_used(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str, kind: str, algorithm: str
) -> None:
    nip = espocrm.profile(tmp_path, profile_id)
    order = {"type": kind, "name": "Żółta Łódź 2026", "keyAlgorithm": algorithm}
    espocrm.add_record(record_id, order)
    begun = espocrm.request_in_the_end(profile_id, record_id, order)
    assert begun["status"] == "Prepared"
    assert len(begun["packagePassword"]) >= 20
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    issued = espocrm.ask_until(profile_id, record_id, "Issued")
    facts = issued["facts"]
    assert (facts["type"], facts["kind"]) == (kind, "Ksef")
    assert (facts["environment"], facts["environments"]) == (None, ["Test", "Demo"])
    assert (facts["keyAlgorithm"], facts["keyMatches"]) == (algorithm, True)
    assert (facts["identifierType"], facts["identifierValue"]) == ("Nip", nip)
    assert issued["serialNumber"] == facts["serialNumber"]
    assert (issued["problem"], issued["packageProblem"], issued["retryAfter"]) == (None,) * 3
    certificates, requests = espocrm.at_ksef(begun["privateKeySealed"])
    assert [each["certificateSerialNumber"] for each in certificates] == [facts["serialNumber"]]
    assert [each["referenceNumber"] for each in requests] == [issued["referenceNumber"]]
    assert certificates[0]["name"] == "Żółta Łódź 2026"
    assert issued["packageName"] == "Zolta-Lodz-2026.zip"
    opened_by_openssl(tmp_path, issued["package"], begun["packagePassword"])
    espocrm.collect(profile_id, record_id, issued)
    if kind == "Authentication":
        use_it(espocrm, profile_id, record_id)


def opened_by_openssl(folder: Path, package: str, password: str) -> None:
    """openssl opens the key by the password, and it is that of the certificate."""
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(package))) as opened:
        opened.extractall(folder)
        assert opened.namelist() == ["Zolta-Lodz-2026.crt", "Zolta-Lodz-2026.key", "README.txt"]
    key, certificate = folder / "Zolta-Lodz-2026.key", folder / "Zolta-Lodz-2026.crt"
    by_key, by_certificate = (
        subprocess.run(["openssl", *arguments], capture_output=True, check=True).stdout
        for arguments in (
            ("pkey", "-in", str(key), "-passin", f"pass:{password}", "-pubout"),
            ("x509", "-in", str(certificate), "-noout", "-pubkey"),
        )
    )
    assert by_key == by_certificate
    private_key = load_pem_private_key(key.read_bytes(), password.encode())
    for encoding in (Encoding.DER, Encoding.PEM):
        register_secret(private_key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption()))


def use_it(espocrm: EspoCrm, profile_id: str, record_id: str) -> None:
    """The certificate proves itself, then the profile logs in by it."""
    installation = espocrm.installation
    body = {"authorizationCertificateId": record_id}
    tested = installation.call("POST", f"/v1/profiles/{profile_id}/connection-test", body).json
    assert tested["ok"], tested
    installation.change_profile(profile_id, authorization_certificate_id=record_id)
    assert installation.access_token(profile_id).status == 200


def test_ksef_knows_nothing_before_espocrm_holds_the_key(
    espocrm: EspoCrm, requested: Requested
) -> None:
    profile_id, record_id, begun = requested
    for _ in range(3):
        told = espocrm.ask(profile_id, record_id).json
        assert (told["status"], told["referenceNumber"]) == ("Prepared", None)
        assert told["problem"] is None or told["problem"]["code"] == "enrolment-key-not-stored"
        time.sleep(0.7)
    assert espocrm.at_ksef(begun["privateKeySealed"]) == ([], [])
    # A key of another record is none of it.
    espocrm.store_seal(record_id, other_seal(espocrm, profile_id, f"{record_id}x"))
    assert espocrm.ask(profile_id, record_id).json["status"] == "Prepared"
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    espocrm.ask_until(profile_id, record_id, "Issued")
    assert len(espocrm.at_ksef(begun["privateKeySealed"])[1]) == 1


def other_seal(espocrm: EspoCrm, profile_id: str, record_id: str) -> str:
    espocrm.add_record(record_id)
    sealed: str = espocrm.request_in_the_end(profile_id, record_id)["privateKeySealed"]
    return sealed


def test_nobody_has_to_ask_for_it_to_go_on(espocrm: EspoCrm, requested: Requested) -> None:
    profile_id, record_id, begun = requested
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    end = time.monotonic() + 15
    while not espocrm.at_ksef(begun["privateKeySealed"])[0]:
        assert time.monotonic() < end
        time.sleep(0.2)
    espocrm.ask_until(profile_id, record_id, "Issued")


def test_five_requests_at_once_make_one_key_and_tell_one_password(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str
) -> None:
    nip = espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    with ThreadPoolExecutor(5) as pool:
        begun = list(
            pool.map(lambda _: espocrm.request_in_the_end(profile_id, record_id), range(5))
        )
    assert len({each["privateKeySealed"] for each in begun}) == 1
    passwords = [each["packagePassword"] for each in begun if each["packagePassword"]]
    assert len(passwords) == 1
    espocrm.store_seal(record_id, begun[0]["privateKeySealed"])
    again = espocrm.request_in_the_end(profile_id, record_id)
    assert again["privateKeySealed"] == begun[0]["privateKeySealed"]
    assert again["packagePassword"] is None
    espocrm.ask_until(profile_id, record_id, "Issued")
    assert len(espocrm.requests_of(nip)) == 1
    once_more = espocrm.request_in_the_end(profile_id, record_id)
    assert (once_more["status"], once_more["packagePassword"]) == ("Issued", None)
    assert once_more["privateKeySealed"] == begun[0]["privateKeySealed"]


def test_without_a_package_no_password_is_made(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str
) -> None:
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    begun = espocrm.request_in_the_end(profile_id, record_id, {**ORDER, "package": False})
    assert begun["packagePassword"] is None
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    issued = espocrm.ask_until(profile_id, record_id, "Issued")
    assert issued["package"] is None
    assert issued["packageProblem"]["code"] == "package-not-asked"
    assert public_key_sha256(issued["certificatePem"])


def test_a_long_polish_name_goes_through_to_the_letter(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str
) -> None:
    name = "Przedsiębiorstwo Usługowe „Łabędź” Świętosława Źrebięcia i Córek"
    assert len(name) == 64
    nip = new_nip()
    espocrm.self_signed_profile(tmp_path, profile_id, nip, company(nip, name))
    espocrm.add_record(record_id)
    begun = espocrm.request_in_the_end(profile_id, record_id)
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    issued = espocrm.ask_until(profile_id, record_id, "Issued", "Rejected")
    assert f"O={name}" in issued["facts"]["subjectName"].replace("\\", "")
    assert issued["facts"]["identifierValue"] == nip
    assert issued["package"] is not None


# Forgetting.


def test_what_was_not_sent_is_given_up_and_can_be_begun_anew(
    espocrm: EspoCrm, requested: Requested
) -> None:
    profile_id, record_id, begun = requested
    assert espocrm.forget(profile_id, record_id).status == 204
    assert code(espocrm.ask(profile_id, record_id)) == (404, "enrolment-not-found")
    anew = espocrm.request_in_the_end(profile_id, record_id)
    assert anew["privateKeySealed"] != begun["privateKeySealed"]
    assert anew["packagePassword"] not in {None, begun["packagePassword"]}


def test_after_the_outcome_was_collected_nothing_is_left(
    espocrm: EspoCrm, requested: Requested
) -> None:
    profile_id, record_id, begun = requested
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    issued = espocrm.ask_until(profile_id, record_id, "Issued")
    assert espocrm.ask(profile_id, record_id).json == issued
    espocrm.collect(profile_id, record_id, issued)
    assert espocrm.forget(profile_id, record_id).status == 204
    assert code(espocrm.ask(profile_id, record_id)) == (409, "enrolment-record-not-requested")
    assert code(espocrm.request(profile_id, record_id)) == (409, "enrolment-record-not-requested")
    assert len(espocrm.at_ksef(begun["privateKeySealed"])[1]) == 1


def test_a_record_that_is_removed_before_it_was_sent_is_never_sent(
    espocrm: EspoCrm, requested: Requested
) -> None:
    profile_id, record_id, begun = requested
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    espocrm.change_record(record_id, deleted=True)
    assert espocrm.ask(profile_id, record_id).json["status"] in {"Prepared", "Requested"}
    time.sleep(2)
    told = espocrm.ask(profile_id, record_id).json
    certificates, requests = espocrm.at_ksef(begun["privateKeySealed"])
    # It may have been sent in the moment between the two changes.
    assert told["status"] == "Prepared" or len(requests) == len(certificates) == 1


# What the trail says.


def test_each_step_is_an_audit_event_without_a_secret(
    espocrm: EspoCrm, requested: Requested
) -> None:
    profile_id, record_id, begun = requested
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    issued = espocrm.ask_until(profile_id, record_id, "Issued")
    espocrm.collect(profile_id, record_id, issued)
    events = [each for each in espocrm.log() if each.get("certificate") == record_id]
    assert [each["outcome"] for each in events if each["outcome"] != "delayed"] == [
        *("prepared", "sent", "accepted", "issued", "collected"),
    ]
    assert {each["event"] for each in events} == {"certificate-enrolment"}
    assert {(each["profile"], each["method"]) for each in events} == {(profile_id, "Certificate")}
    assert {each["requested_by"] for each in events} == {"espocrm"}
    assert events[0]["caller"] == "espocrm"
    assert events[-1]["reference"] == issued["referenceNumber"]
    assert events[-1]["serial_number"] == issued["serialNumber"]
    counted = espocrm.installation.call("GET", "/metrics").body.decode()
    labels = 'environment="Test",outcome="issued",type="Authentication"'
    assert f"ksef_bridge_enrolments_total{{{labels}}}" in counted
