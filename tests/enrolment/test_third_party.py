"""The package in another program: ksef-client logs in by it and requests the next one."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

from ksef_client import KsefClient, KsefClientOptions
from ksef_client import models as m
from ksef_client.services.csr import generate_csr_ec
from ksef_client.services.xades import XadesKeyPair

from tests.contract.test_third_party_client import sign_in
from tests.enrolment.espocrm import EspoCrm
from tests.secret_register import register_secret


def test_another_program_uses_the_package(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str
) -> None:
    nip = espocrm.profile(tmp_path / "login", profile_id)
    espocrm.add_record(record_id)
    begun = espocrm.request_in_the_end(profile_id, record_id)
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    issued = espocrm.ask_until(profile_id, record_id, "Issued")
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(issued["package"]))) as package:
        package.extractall(tmp_path)
    stem = issued["packageName"].removesuffix(".zip")
    key_pair = XadesKeyPair.from_pem_files(
        certificate_path=str(tmp_path / f"{stem}.crt"),
        private_key_path=str(tmp_path / f"{stem}.key"),
        private_key_password=begun["packagePassword"],
    )
    register_secret(key_pair.private_key_pem)
    port = espocrm.installation.simulator.port
    with KsefClient(KsefClientOptions(base_url=f"http://127.0.0.1:{port}")) as client:
        token = sign_in(client, nip, key_pair).access_token
        listed = client.certificates.query_certificates(
            m.QueryCertificatesRequest(certificate_serial_number=issued["serialNumber"]),
            access_token=token,
        ).certificates
        assert [each.last_use_date is not None for each in listed] == [True]
        data = client.certificates.get_enrollment_data(token)
        request = generate_csr_ec(data.to_dict())
        register_secret(request.private_key_base64)
        sent = client.certificates.send_enrollment(
            m.EnrollCertificateRequest(
                certificate_name="Następny certyfikat",
                certificate_type=m.KsefCertificateType.AUTHENTICATION,
                csr=request.csr_base64,
            ),
            access_token=token,
        )
    assert sent.reference_number in {each["referenceNumber"] for each in espocrm.requests_of(nip)}
