"""`ksef-bridge simulator` and `ksef-bridge simulator certificate`."""

from __future__ import annotations

import json
import os
import secrets
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography import x509

from bridge.credentials.environment import Environment
from bridge.simulator.command import simulator as command
from bridge.simulator.running_simulators import announce, announced_ports
from bridge.simulator.words import SimulatorCode
from tests.processes import RunningCommand, free_port, running
from tests.secret_register import register_secret
from tests.simulator.login_certificates import new_nip

PESEL = "44051401458"
ALONE = "no running simulator will accept it"


@dataclass(frozen=True)
class Written:
    """What the command has written, and what it has said on standard error."""

    certificate_path: Path
    key_path: Path
    stderr: str

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.certificate_path.read_bytes())

    @property
    def text(self) -> str:
        names = ["-nameopt", "RFC2253,-esc_msb,utf8,-dn_rev"]
        return openssl("x509", "-in", str(self.certificate_path), "-noout", "-text", *names)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test's own, so that no other simulator of the user is seen."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.delenv("KSEF_BRIDGE_KSEF_URL_TEST", raising=False)
    return folder


@pytest.fixture
def password() -> str:
    return register_secret(f"Zażółć {secrets.token_urlsafe(12)}")


@pytest.fixture
def started(artifacts: Path, temporary: Path) -> Iterator[RunningCommand]:
    """A simulator that this test may stop."""
    port = free_port()
    log = artifacts / f"simulator-of-command-{port}.log"
    with running(["simulator", "--port", str(port)], port, log) as process:
        deadline = time.monotonic() + 10
        # It listens a moment before it has announced itself; and while somebody else has the
        # port for a moment, gunicorn says so and tries again.
        while f"http://127.0.0.1:{port}/" not in (said := log.read_text()):
            assert time.monotonic() < deadline, f"it does not say that it listens: {said}"
            time.sleep(0.01)
        yield process


def openssl(*arguments: str) -> str:
    answer = subprocess.run(["openssl", *arguments], capture_output=True, check=True)
    return answer.stdout.decode()


def invoke(*arguments: str, port: int | None = None) -> Result:
    given = [] if port is None else ["--port", str(port)]
    return CliRunner().invoke(command, [*given, "certificate", *arguments])


def write(folder: Path, password: str, *arguments: str, port: int | None = None) -> Written:
    """Have a certificate written; for Test, for logging in, of a new company, unless told."""
    defaults = {"--type": "Authentication", "--nip": new_nip()}
    if "--pesel" in arguments:
        del defaults["--nip"]
    told = [part for pair in defaults.items() if pair[0] not in arguments for part in pair]
    result = invoke(*told, *arguments, "--password", password, "--out", str(folder), port=port)
    assert result.exit_code == 0, result.stderr
    certificate_path, key_path = (Path(line) for line in result.stdout.splitlines())
    assert password not in result.output
    return Written(certificate_path, key_path, result.stderr)


@pytest.mark.parametrize("algorithm", ["EC P-256", "RSA 2048"])
def test_the_key_file_is_that_of_the_portal(
    tmp_path: Path, temporary: Path, password: str, algorithm: str
) -> None:
    made = write(tmp_path, password, "--key-algorithm", algorithm, port=free_port())
    pem = made.key_path.read_text()
    assert pem.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    assert stat.S_IMODE(made.key_path.stat().st_mode) == 0o600
    structure = openssl("asn1parse", "-in", str(made.key_path))
    values = [line.rpartition(":")[2].strip() for line in structure.splitlines()]
    named = [value for value in values if value in {"PBES2", "PBKDF2", "0186A0"}]
    assert named == ["PBES2", "PBKDF2", "0186A0"], "100,000 rounds"
    assert "hmacWithSHA256" in values
    assert "aes-256-cbc" in values
    public = ["pkey", "-in", str(made.key_path), "-pubout", "-passin", "stdin"]
    opened = subprocess.run(
        ["openssl", *public], input=f"{password}\n".encode(), capture_output=True, check=True
    )
    certified = openssl("x509", "-in", str(made.certificate_path), "-noout", "-pubkey")
    assert opened.stdout.decode() == certified
    wrong = subprocess.run(["openssl", *public], input=b"wrong\n", capture_output=True, check=False)
    assert wrong.returncode != 0


@pytest.mark.parametrize(
    ("environment", "issuer"),
    [
        (Environment.TEST, "TEST CCK KSeF"),
        (Environment.DEMO, "TEST CCK KSeF"),
        (Environment.PRODUCTION, "CCK KSeF"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "ending", "usage"),
    [
        ("Authentication", "(uwierzytelnienie)", "Digital Signature"),
        ("Offline", "(offline)", "Non Repudiation"),
    ],
)
def test_without_a_simulator_a_certificate_is_right_in_form_and_said_to_be_useless(
    tmp_path: Path,
    temporary: Path,
    password: str,
    environment: Environment,
    issuer: str,
    kind: str,
    ending: str,
    usage: str,
) -> None:
    nip = new_nip()
    asked = ("--environment", environment.value, "--type", kind, "--nip", nip, "--name", "Żuk S.A.")
    made = write(tmp_path, password, *asked, port=free_port())
    assert ALONE in made.stderr
    lines = [line.strip() for line in made.text.splitlines()]
    authority = "C=PL,O=Ministerstwo Finansów,OU=Krajowa Administracja Skarbowa"
    assert f"Issuer: {authority},CN={issuer}" in lines
    subject = f"C=PL,organizationIdentifier=VATPL-{nip},O=Żuk S.A.,CN=Żuk S.A. {ending}"
    assert f"Subject: {subject}" in lines
    assert lines[lines.index("X509v3 Key Usage: critical") + 1] == usage
    assert "ASN1 OID: prime256v1" in lines


def test_a_person_is_named_by_pesel(tmp_path: Path, temporary: Path, password: str) -> None:
    made = write(
        tmp_path, password, "--pesel", PESEL, "--name", "Anna Maria Nowak", port=free_port()
    )
    assert (
        f"Subject: C=PL,serialNumber=PNOPL-{PESEL},GN=Anna Maria,SN=Nowak,"
        "CN=Anna Maria Nowak (uwierzytelnienie)" in made.text
    )


def test_a_running_simulator_issues_and_registers_the_certificate(
    tmp_path: Path, password: str, started: RunningCommand
) -> None:
    made = write(tmp_path, password, port=started.port)
    assert made.stderr == ""
    again = write(tmp_path, password, port=started.port)
    first, second = made.certificate, again.certificate
    assert first.issuer == second.issuer
    identifier = x509.AuthorityKeyIdentifier
    assert first.extensions.get_extension_for_class(identifier) == (
        second.extensions.get_extension_for_class(identifier)
    )


def test_a_running_simulator_is_not_asked_for_production(
    tmp_path: Path, password: str, started: RunningCommand
) -> None:
    made = write(tmp_path, password, "--environment", "Production", port=started.port)
    assert ALONE in made.stderr


def test_a_running_simulator_issues_for_demo_too(
    tmp_path: Path, password: str, started: RunningCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_test = write(tmp_path, password, port=started.port)
    monkeypatch.setenv("KSEF_BRIDGE_KSEF_URL_DEMO", f"http://127.0.0.1:{started.port}/v2")
    of_demo = write(tmp_path, password, "--environment", "Demo")
    assert of_demo.stderr == ""
    assert of_demo.certificate.issuer == of_test.certificate.issuer


def test_the_only_simulator_of_the_user_is_found(
    tmp_path: Path, password: str, started: RunningCommand
) -> None:
    assert announced_ports() == [started.port]
    assert write(tmp_path, password).stderr == ""
    started.stop()
    assert announced_ports() == []


def test_the_simulator_of_the_bridges_setting_is_found(
    tmp_path: Path,
    password: str,
    started: RunningCommand,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    announce(free_port())  # a second one, so that the files alone do not tell
    address = f"http://127.0.0.1:{started.port}/v2"
    monkeypatch.setenv("KSEF_BRIDGE_KSEF_URL_TEST", address)
    assert write(tmp_path, password).stderr == ""


def test_the_file_of_a_dead_process_is_ignored(temporary: Path) -> None:
    announce(4711)
    (folder,) = temporary.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert announced_ports() == [4711]
    process = subprocess.Popen(["true"])
    process.wait()
    (folder / "4711").write_text(str(process.pid))
    (folder / "4712").write_text("nonsense")
    assert announced_ports() == []


def test_nothing_is_announced_in_a_folder_of_a_stranger(temporary: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (temporary / f"ksef-simulator-{os.getuid()}").symlink_to(elsewhere)
    announce(4711)
    assert announced_ports() == []
    assert list(elsewhere.iterdir()) == []


def test_files_are_never_overwritten(tmp_path: Path, temporary: Path, password: str) -> None:
    folder, nip = tmp_path / "new" / "folder", new_nip()
    made = [write(folder, password, "--nip", nip, port=free_port()) for _ in range(3)]
    assert len({path for one in made for path in (one.certificate_path, one.key_path)}) == 6
    assert len({one.certificate.serial_number for one in made}) == 3
    for one in made:
        assert one.certificate_path.stem == one.key_path.stem


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "either --nip or --pesel"),
        (["--nip", "5265877635", "--pesel", PESEL], "either --nip or --pesel"),
        (["--nip", "5265877634"], "check digit"),
        (["--nip", "526-587-76-35"], "without spaces or hyphens"),
        (["--pesel", "44051401459"], "check digit"),
        (["--pesel", PESEL, "--name", "Kowalski"], "given name and a surname"),
        (["--nip", "5265877635", "--password", ""], "must not be empty"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    usual = ["--type", "Offline", "--password", "unused", "--out", str(tmp_path / "out")]
    result = invoke(*usual, *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Podaj --nip albo --pesel."),
        # It is known before the option that stands before it is judged.
        (["--nip", "5265877634"], "cyfrą kontrolną pozostałych"),
        (["--pesel", PESEL, "--name", "Kowalski"], "osoba ma imię i nazwisko"),
    ],
)
def test_what_is_wrong_is_said_in_polish(tmp_path: Path, arguments: list[str], said: str) -> None:
    usual = ["--type", "Offline", "--password", "unused", "--out", str(tmp_path / "out")]
    result = invoke(*usual, *arguments, "--language", "pl")
    assert said in " ".join(result.stderr.split())


def test_every_code_of_the_commands_has_a_text_and_no_text_is_left_over() -> None:
    file = resources.files("bridge.messages") / "catalogue" / "simulator.json"
    assert set(json.loads(file.read_text("utf-8"))) == set(SimulatorCode)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=lambda stop: stop.name)
def test_it_says_once_where_it_listens_and_stops_cleanly(
    started: RunningCommand, stop: signal.Signals
) -> None:
    assert started.call("GET", "/_simulator/state").status == 200
    assert started.call("POST", "/v2/auth/challenge").status == 200
    started.process.send_signal(stop)
    assert started.process.wait(timeout=15) == 0
    assert started.log.read_text().splitlines() == [
        f"The KSeF simulator listens on http://127.0.0.1:{started.port}/v2"
    ]


@pytest.mark.parametrize(
    "members",
    [
        {"certificateType": "Seal"},
        {"csr": "bez sensu!"},
        {"csr": None},
    ],
)
def test_issuing_directly_refuses_bad_requests(
    started: RunningCommand, members: dict[str, Any]
) -> None:
    body = {"certificateType": "Offline", "csr": "AAAA"} | members
    assert started.call("POST", "/_simulator/certificates", json_body=body).status == 400
