"""The bridge serves, inspects and logs in with the lowest versions that pyproject.toml allows."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import Installation, new_nip
from tests.processes import free_port, running
from tests.secret_register import register_secret

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def lowest() -> Path:
    """The `ksef-bridge` of an environment of its own, made anew when the bounds have changed."""
    description = (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    folder = ROOT / ".venv" / f"lowest-{hashlib.sha256(description).hexdigest()[:16]}"
    command = folder / "bin" / "ksef-bridge"
    if not command.exists():
        # The bridge itself is installed last: what was broken off is made anew.
        python = folder / "bin" / "python"
        install = ("pip", "install", "--quiet", "--python", python)
        uv("venv", "--quiet", "--clear", "--python", sys.executable, folder)
        uv(*install, "--resolution", "lowest-direct", "--requirements", ROOT / "pyproject.toml")
        uv(*install, "--no-deps", "--editable", ROOT)
    return command


def uv(*arguments: str | Path) -> None:
    finished = subprocess.run([UV, *arguments], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr


def test_the_lowest_versions_are_those_of_the_description(lowest: Path) -> None:
    script = "import importlib.metadata as m; print(m.version('sqlalchemy'), m.version('flask'))"
    python = lowest.with_name("python")
    told = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    description = (ROOT / "pyproject.toml").read_text("utf-8")
    for name, version in zip(("sqlalchemy", "flask"), told.stdout.split(), strict=True):
        assert any(
            f'"{name}>={lower},' in description
            for lower in (version, version.removesuffix(".0"), version.removesuffix(".0.0"))
        )


def add_certificate_profile(installation: Installation, command: Path, folder: Path) -> None:
    nip, password = new_nip(), register_secret("lowest portal password")
    made = subprocess.run(
        [
            *(command, "simulator", "--port", str(installation.simulator.port), "certificate"),
            *("--nip", nip, "--type", "Authentication", "--environment", "Test"),
            *("--password", password, "--out", folder),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [Path(line) for line in made.stdout.splitlines()]
    inspected = installation.inspect_certificate(paths, password)
    assert inspected["facts"]["keyMatches"]
    installation.add_certificate_profile("p2", nip, inspected)


def test_serve_inspect_and_login(lowest: Path, artifacts: Path, tmp_path: Path) -> None:
    port, log = free_port(), artifacts / "simulator-lowest.log"
    arguments = ["simulator", "--port", str(port)]
    with running(arguments, port, log, executed=[lowest]) as simulator:
        installation = Installation.create(artifacts / "installation-lowest", simulator)
        port = free_port()
        environment = {**installation.environment, "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{port}"}
        log = installation.folder / "bridge.log"
        with running(["serve"], port, log, environment, [lowest]) as bridge:
            installation.bridge = bridge
            installation.add_token_profile("p1", new_nip())
            add_certificate_profile(installation, lowest, tmp_path)
            for profile in ("p1", "p2"):
                answer = installation.access_token(profile)
                assert answer.status == 200, answer.json
                assert installation.access_token(profile).json == answer.json
            tested = installation.call("POST", "/v1/profiles/p2/connection-test", {})
            assert tested.json["ok"], tested.json
            assert installation.call("GET", "/metrics").status == 200
            assert bridge.call("GET", "/openapi.json").status == 200
            examined = subprocess.run(
                [lowest, "doctor", "--language", "en"],
                env={**os.environ, **environment},
                capture_output=True,
                text=True,
                check=False,
            )
            assert "failed" not in examined.stdout, examined.stdout
