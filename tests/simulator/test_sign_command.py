"""`ksef-bridge simulator sign`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bridge.simulator.command import simulator as command
from tests.processes import RunningCommand, free_port
from tests.secret_register import register_secret
from tests.simulator.login_certificates import new_nip
from tests.simulator.signed_requests import request_xml

PESEL = "44051401458"
LONG_NAME = "Zażółć Gęślą Jaźń Przedsiębiorstwo Produkcyjno-Usługowe " * 2


@dataclass(frozen=True)
class Desk:
    """Where somebody signs: a running simulator, a folder, and a company."""

    simulator: RunningCommand
    folder: Path
    nip: str

    def downloaded(self, identification: str = "certificateSubject") -> Path:
        challenge = self.simulator.call("POST", "/v2/auth/challenge").json["challenge"]
        file = self.folder / "login.xml"
        text = request_xml(challenge, self.nip, identification=identification)
        file.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')
        return file

    def sign(self, *arguments: str, file: Path | None = None) -> Result:
        port = str(self.simulator.port)
        given = ["--port", port, "sign", str(file or self.downloaded()), *arguments]
        return CliRunner().invoke(command, given)

    def outcome(self, signed: Result) -> int:
        """The status with which a login by the file that was written ends."""
        assert signed.exit_code == 0, signed.stderr
        answer = self.simulator.call(
            "POST",
            "/v2/auth/xades-signature?verifyCertificateChain=true",
            body=Path(signed.stdout.strip()).read_bytes(),
            headers={"Content-Type": "application/xml"},
        )
        assert answer.status == 202, answer.body
        token = register_secret(str(answer.json["authenticationToken"]["token"]))
        headers = {"Authorization": f"Bearer {token}"}
        path = f"/v2/auth/{answer.json['referenceNumber']}"
        code: int = self.simulator.call("GET", path, headers=headers).json["status"]["code"]
        return code

    def does_as_advised(self, signed: Result) -> dict[str, Any]:
        """What the call that standard error names grants."""
        address, _, body = signed.stderr.partition("-d '")
        assert f"http://127.0.0.1:{self.simulator.port}/v2/testdata/permissions" in address
        grant: dict[str, Any] = json.loads(body.strip().removesuffix("'"))
        answer = self.simulator.call("POST", "/v2/testdata/permissions", json_body=grant)
        assert answer.status == 200, answer.body
        return grant


@pytest.fixture
def desk(simulator: RunningCommand, tmp_path: Path, nip: str) -> Desk:
    return Desk(simulator, tmp_path, nip)


@pytest.mark.parametrize(
    "arguments",
    [
        ("seal",),
        ("seal", "--name", LONG_NAME),
        ("person",),
        ("person", "--enveloping", "--timestamp"),
        ("seal", "--timestamp"),
    ],
)
def test_the_owner_is_the_default_and_needs_no_right(
    desk: Desk, arguments: tuple[str, ...]
) -> None:
    signed = desk.sign("--as", *arguments)
    assert signed.stderr == ""
    assert desk.outcome(signed) == 200


@pytest.mark.parametrize(
    ("identification", "arguments", "kind"),
    [
        ("certificateSubject", ("--as", "person", "--pesel", PESEL), "Pesel"),
        ("certificateFingerprint", ("--as", "foreign"), "Fingerprint"),
    ],
)
def test_others_need_a_right_which_is_given_as_advised(
    desk: Desk, identification: str, arguments: tuple[str, ...], kind: str
) -> None:
    signed = desk.sign(*arguments, file=desk.downloaded(identification))
    assert desk.outcome(signed) == 415
    assert desk.does_as_advised(signed)["authorizedIdentifier"]["type"] == kind
    again = desk.sign(*arguments, file=desk.downloaded(identification))
    assert desk.outcome(again) == 200


def test_the_right_that_is_needed_is_told_in_polish(desk: Desk) -> None:
    signed = desk.sign("--as", "foreign", "--language", "pl")
    assert "KSeF zna podpisującego jako odcisk palca certyfikatu " in signed.stderr
    assert desk.does_as_advised(signed)["authorizedIdentifier"]["type"] == "Fingerprint"


def test_another_company_signs_when_told(desk: Desk) -> None:
    assert desk.outcome(desk.sign("--as", "seal", "--nip", new_nip())) == 415


def test_no_file_is_overwritten(desk: Desk) -> None:
    file = desk.downloaded()
    written = [Path(desk.sign("--as", "seal", file=file).stdout.strip()).name for _ in range(2)]
    assert written == ["login-signed.xml", "login-signed-2.xml"]
    refused = desk.sign("--as", "seal", "--out", str(file), file=file)
    assert refused.exit_code == 2
    assert "nothing is overwritten" in refused.stderr
    elsewhere = desk.sign("--as", "seal", "--out", str(desk.folder / "none" / "a"), file=file)
    assert (elsewhere.exit_code, "cannot be written" in elsewhere.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("seal", "--nip", "5265877634"), "check digit"),
        (("person", "--pesel", "44051401459"), "check digit"),
        (("seal", "--pesel", PESEL), "takes the place of --nip"),
        (("person", "--pesel", PESEL, "--nip", "5265877635"), "takes the place of --nip"),
        (("foreign", "--nip", "5265877635"), "has no --nip"),
        (("person", "--name", "Kowalski"), "given name and a surname"),
    ],
)
def test_what_does_not_fit_together_is_said(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    file = tmp_path / "login.xml"
    file.write_text(request_xml("20250604-CR-461EA5B000-537A6BA15D-D7", "5265877635"))
    result = CliRunner().invoke(command, ["sign", str(file), "--as", *arguments])
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("content", ["%PDF-1.7", "<a/>", ""])
def test_a_file_that_is_no_login_document_is_not_signed(tmp_path: Path, content: str) -> None:
    file = tmp_path / "login.xml"
    file.write_text(content)
    result = CliRunner().invoke(command, ["sign", str(file), "--as", "seal"])
    assert result.exit_code == 2
    assert "AuthTokenRequest" in result.stderr


def test_a_context_without_nip_needs_one_told(tmp_path: Path) -> None:
    file = tmp_path / "login.xml"
    file.write_text(request_xml("x", "", context="<PeppolId>PPL123456</PeppolId>"))
    result = CliRunner().invoke(command, ["sign", str(file), "--as", "seal"])
    assert (result.exit_code, "names no NIP" in result.stderr) == (2, True)


def test_without_a_simulator_nothing_is_signed(tmp_path: Path) -> None:
    file = tmp_path / "login.xml"
    file.write_text(request_xml("x", "5265877635"))
    port = str(free_port())
    result = CliRunner().invoke(command, ["--port", port, "sign", str(file), "--as", "seal"])
    assert (result.exit_code, "no simulator runs" in result.stderr) == (1, True)
