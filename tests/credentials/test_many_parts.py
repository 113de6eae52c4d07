"""A file of very many parts costs no more than one of fifty, and of a chain the leaf is taken."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec

from bridge.credentials.findings import FILES
from tests.credentials.certificates import (
    OTHER_ISSUER,
    Description,
    authority_key,
    in_days,
    key_pem,
    pem_of,
)
from tests.credentials.inspecting import errors, inspect, warnings

MOST_PARTS = 50
KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = pem_of(Description().issue(KEY.public_key()))
AUTHORITY = pem_of(Description(is_authority=True).issue(authority_key().public_key()))


def foreign(count: int) -> bytes:
    """So many blocks that each would be told of by itself."""
    return b"".join(
        b"-----BEGIN FOREIGN %d-----\nAAAA\n-----END FOREIGN %d-----\n" % (number, number)
        for number in range(count)
    )


def test_no_more_than_fifty_parts_are_read_of_one_file_or_of_all() -> None:
    for count in (10, MOST_PARTS):
        assert errors(inspect({"few.pem": foreign(count)})) == ["file-unsupported"] * count
    files = {f"{number}.pem": foreign(20) for number in range(20)}
    for upload, file in (({"many.pem": foreign(MOST_PARTS + 1)}, "many.pem"), (files, "2.pem")):
        inspection = inspect(upload)
        assert errors(inspection) == ["file-unsupported"] * MOST_PARTS + ["file-parts-too-many"]
        told = inspection.findings[-1]
        assert (told.field, told.params) == (FILES, {"file": file, "limit": MOST_PARTS})


def test_what_stands_among_the_fifty_is_found() -> None:
    credential = CERTIFICATE + key_pem(KEY)
    inspection = inspect({"last.pem": foreign(MOST_PARTS - 2) + credential})
    assert errors(inspection) == []
    assert len(warnings(inspection)) == MOST_PARTS - 2
    beyond = inspect({"beyond.pem": foreign(MOST_PARTS - 1) + credential})
    assert beyond.private_key is None
    assert errors(beyond)[-1] == "file-parts-too-many"


def test_a_pair_among_the_fifty_is_taken_whatever_follows() -> None:
    inspection = inspect({"a.pem": CERTIFICATE + key_pem(KEY) + foreign(MOST_PARTS)})
    assert errors(inspection) == []
    assert warnings(inspection)[-1] == "file-parts-too-many"
    again = inspect({"a.pem": foreign(MOST_PARTS - 2) + (CERTIFICATE + key_pem(KEY)) * 20})
    assert "file-parts-too-many" not in warnings(again)


def test_of_a_chain_without_a_key_the_certificate_of_no_authority_is_judged() -> None:
    for chain in (AUTHORITY + CERTIFICATE, CERTIFICATE + AUTHORITY):
        inspection = inspect({"chain.pem": chain})
        assert inspection.certificate_pem == CERTIFICATE.decode()
        assert errors(inspection) == ["private-key-missing"]
    alone = inspect({"ca.pem": AUTHORITY})
    assert alone.certificate_pem == AUTHORITY.decode()
    assert "certificate-of-authority" in errors(alone)


def test_every_finding_about_files_names_their_field_and_the_file() -> None:
    ends_soon = Description(issuer=OTHER_ISSUER, key_usage=None, valid_to=in_days(5))
    files = {
        "a.crt": pem_of(ends_soon.issue(KEY.public_key())),
        "b.key": key_pem(ec.generate_private_key(ec.SECP256R1())),
    }
    found = {each.code: (each.field, each.params["file"]) for each in inspect(files).findings}
    assert found == {
        "private-key-mismatch": (FILES, "b.key"),
        "certificate-expires-soon": (FILES, "a.crt"),
        "certificate-type-undetermined": (FILES, "a.crt"),
        "certificate-kind-unknown": (FILES, "a.crt"),
    }
