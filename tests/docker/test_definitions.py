"""The container's definition and the compose file, read by the programs that will read them."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from bridge.keys.api_keys import ApiKeys, read_api_keys
from bridge.settings import load_settings
from tests.secret_register import register_secret

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
PROGRAMS = Path(sys.executable).parent
KEYS = {
    "KSEF_BRIDGE_MASTER_KEYS_FILE": "master-keys.json",
    "KSEF_BRIDGE_API_KEYS_FILE": "api-keys.json",
}
PORT = {"KSEF_BRIDGE_LISTEN": "0.0.0.0:8970"}


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def understood(file: Path) -> Any:
    """The services of a compose file as Docker Compose understands them."""
    read = run(PROGRAMS / "docker-compose", f"--file={file}", "config", "--format=json")
    assert read.returncode == 0, read.stderr
    assert read.stderr == ""
    return json.loads(read.stdout)["services"]


@pytest.fixture(scope="module")
def services() -> Any:
    """The services of the project's own compose file."""
    return understood(DOCKER / "compose.yaml")


def test_hadolint_finds_nothing() -> None:
    checked = run(PROGRAMS / "hadolint", DOCKER / "Containerfile")
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_bridge_has_no_port_no_rights_and_writes_to_volumes_alone(services: Any) -> None:
    bridge = services["ksef-bridge"]
    assert bridge["read_only"] is True
    assert "ports" not in bridge
    assert bridge["cap_drop"] == ["ALL"]
    assert {each["target"] for each in bridge["volumes"]} == {
        "/etc/ksef-bridge",
        "/var/lib/ksef-bridge",
        "/run/ksef-bridge",
    }


def test_the_bridge_has_time_to_answer_and_ends_on_any_signal(services: Any) -> None:
    bridge = services["ksef-bridge"]
    assert bridge["stop_grace_period"] == "20s"
    # As PID 1 the script and a Python that is still importing would ignore SIGTERM.
    assert bridge["init"] is True


def test_whatever_runs_espocrm_finds_the_socket_and_cannot_replace_it(services: Any) -> None:
    for name in ("espocrm", "espocrm-daemon"):
        [socket] = [
            each for each in services[name]["volumes"] if each["source"] == "ksef-bridge-socket"
        ]
        assert (socket["target"], socket["read_only"]) == ("/run/ksef-bridge", True), name


def test_waiting_for_the_services_is_waiting_for_an_installed_espocrm(services: Any) -> None:
    """The documented `up --wait` ends with what the next command needs."""
    # EspoCRM's image starts the web server when it has installed EspoCRM.
    assert services["espocrm"]["healthcheck"]["test"][-1] == "http://localhost/"
    # Before that the daemon's container would end again and again, at which waiting gives up.
    assert services["espocrm-daemon"]["depends_on"]["espocrm"]["condition"] == "service_healthy"


def test_the_bridge_has_as_long_to_start_as_espocrm_beside_it(services: Any) -> None:
    """Waiting gives up at a container that is unhealthy; starting side by side takes minutes."""
    [start] = re.findall(r"--start-period=(\w+)", (DOCKER / "Containerfile").read_text())
    assert services["espocrm"]["healthcheck"]["start_period"] == f"{start}0s"


def test_own_settings_come_from_a_file_that_may_be_absent(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_bytes((DOCKER / "compose.yaml").read_bytes())
    assert "KSEF_BRIDGE_WORKERS" not in understood(file)["ksef-bridge"]["environment"]
    (tmp_path / "ksef-bridge.env").write_text("KSEF_BRIDGE_WORKERS=3\n")
    assert understood(file)["ksef-bridge"]["environment"]["KSEF_BRIDGE_WORKERS"] == "3"


def test_no_password_stands_in_an_environment(services: Any) -> None:
    for name, service in services.items():
        for variable, value in (service.get("environment") or {}).items():
            if "PASSWORD" in variable or "URL_FILE" in variable:
                assert value.startswith("/run/secrets/"), (name, variable)
                assert Path(value).name in {each["source"] for each in service["secrets"]}


def test_the_secrets_fit_each_other_and_stay(tmp_path: Path) -> None:
    script = tmp_path / "make-secrets"
    script.write_bytes((DOCKER / "make-secrets").read_bytes())
    assert run("sh", script).returncode == 0
    folder = tmp_path / "secrets"
    made = {path.name: register_secret(path.read_text()) for path in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700
    url = load_settings(
        {**KEYS, "KSEF_BRIDGE_ESPOCRM_DATABASE_URL_FILE": str(folder / "ksef_database_url")}
    ).espocrm_database_url
    assert url.password == made["ksef_reader_password"]
    assert len(set(made.values())) == len(made) == 5
    assert run("sh", script).returncode == 0
    assert {path.name: path.read_text() for path in folder.iterdir()} == made


@pytest.fixture
def container(tmp_path: Path) -> dict[str, str]:
    """The container's environment, with a `ksef-bridge` that notes its calls in `calls`."""
    program = tmp_path / "bin" / "ksef-bridge"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$*" >>{tmp_path}/calls\n'
        'case "$*" in *master*) : >"$KSEF_BRIDGE_MASTER_KEYS_FILE" ;;'
        ' *new-api*) [ -z "${REFUSED-}" ] || { echo "$REFUSED" >&2; exit 1; }\n'
        ' : >"$KSEF_BRIDGE_API_KEYS_FILE"; echo THE-KEY; echo "Enter it" >&2 ;;'
        ' extension*) echo "Install it" ;; esac\n'
    )
    program.chmod(0o755)
    (tmp_path / "calls").touch()
    return {
        **{name: str(tmp_path / file) for name, file in KEYS.items()},
        "KSEF_BRIDGE_STATE_DATABASE_URL": f"sqlite:///{tmp_path}/state.sqlite3",
        "KSEF_BRIDGE_LISTEN": f"unix:{tmp_path}/bridge.sock",
        "PATH": f"{program.parent}:{os.environ['PATH']}",
    }


def test_keys_and_package_are_made_before_the_first_start_alone(
    container: dict[str, str], tmp_path: Path
) -> None:
    package = f"extension --output {tmp_path}/ksef.zip"
    for calls in (
        ["keys new-master", "keys new-api --name first-start", package, "serve"],
        [package, "serve"],
    ):
        (tmp_path / "calls").write_text("")
        started = run("sh", DOCKER / "start", **container)
        # Nothing is asked of whoever reads the log: the documented command does both.
        assert (started.returncode, started.stdout, started.stderr) == (0, "", "")
        assert (tmp_path / "calls").read_text().splitlines() == calls


def test_a_key_that_cannot_be_made_says_why(container: dict[str, str]) -> None:
    started = run("sh", DOCKER / "start", **container, REFUSED="The disk is full.")
    assert (started.returncode, started.stderr) == (1, "The disk is full.\n")


def test_a_bridge_with_a_port_has_its_package_where_it_always_is(
    container: dict[str, str], tmp_path: Path
) -> None:
    assert run("sh", DOCKER / "start", **container | PORT).returncode == 0
    assert "extension --output /run/ksef-bridge/ksef.zip" in (tmp_path / "calls").read_text()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("KSEF_BRIDGE_MASTER_KEYS_FILE", "{}/master-keys.json"),
        ("KSEF_BRIDGE_API_KEYS_FILE", "{}/api-keys.json"),
        ("KSEF_BRIDGE_STATE_DATABASE_URL", "sqlite:///{}/state.sqlite3"),
        ("KSEF_BRIDGE_LISTEN", "unix:{}/bridge.sock"),
    ],
)
def test_a_volume_that_cannot_be_written_is_named(
    container: dict[str, str], tmp_path: Path, setting: str, value: str
) -> None:
    # That nobody can write to, root neither.
    folder = tmp_path / "absent"
    user = f"{os.geteuid()}:{os.getegid()}"
    for language, sentence in {
        "C.UTF-8": f"The container's user ({user}) cannot write to {folder}. ",
        "pl_PL.UTF-8": f"Użytkownik kontenera ({user}) nie może zapisywać w {folder}. ",
    }.items():
        environment = {**container, setting: value.format(folder), "LC_ALL": language}
        started = run("sh", DOCKER / "start", **environment)
        assert started.returncode == 1
        assert started.stderr.startswith(sentence)
        assert f"chown -R {user} " in started.stderr
    assert "serve" not in (tmp_path / "calls").read_text()


def test_keys_that_are_there_may_lie_where_nothing_can_be_written(
    container: dict[str, str], tmp_path: Path
) -> None:
    for name in KEYS:
        Path(container[name]).touch()
    shared = {"KSEF_BRIDGE_STATE_DATABASE_URL": "mysql+pymysql://name@host/state"}
    started = run("sh", DOCKER / "start", **container | PORT | shared)
    assert started.returncode == 0, started.stderr
    assert "keys" not in (tmp_path / "calls").read_text()


def test_it_is_healthy_when_a_bridge_answers_on_the_socket(tmp_path: Path) -> None:
    path = tmp_path / "bridge.sock"
    environment = {
        **KEYS,
        "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": "sqlite://",
        "KSEF_BRIDGE_LISTEN": f"unix:{path}",
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
    }
    assert run("sh", DOCKER / "start", "healthy", **environment).returncode == 1
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def answer() -> None:
            with listener.accept()[0] as caller:
                assert b"GET /healthz" in caller.recv(4096)
                caller.sendall(b'HTTP/1.0 200 OK\r\n\r\n{"status": "ok"}')

        answering = threading.Thread(target=answer, daemon=True)
        answering.start()
        asked = run("sh", DOCKER / "start", "healthy", **environment)
    assert (asked.returncode, asked.stderr) == (0, "")


def test_asking_for_its_health_costs_little() -> None:
    # It is asked every ten seconds: SQLAlchemy and Pydantic alone would take half a second of it.
    asked = run(
        sys.executable,
        *("-X", "importtime", "-c", "import bridge.doctor.listener"),
    )
    assert "bridge.doctor.results" in asked.stderr
    assert not {"sqlalchemy", "pydantic"} & set(asked.stderr.split())


@pytest.fixture
def composed(tmp_path: Path) -> dict[str, str]:
    """The `docker` of a host whose bridge has started once.

    The bridge's own commands run here; EspoCRM ends as EXTENSION and CONNECTION say, and what it is
    told is in `told`.
    """
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *command.php\\ extension*) cat; exit $EXTENSION ;;\n'
        f"*ksef-connect-bridge*) cat >>{tmp_path}/told; exit $CONNECTION ;; esac\n"
        'while [ "$1" != ksef-bridge ]; do shift; done; shift; exec "$@"\n'
    )
    program.chmod(0o755)
    (tmp_path / "told").touch()
    path = f"{program.parent}:{PROGRAMS}:{os.environ['PATH']}"
    environment = {"PATH": path, "KSEF_BRIDGE_API_KEYS_FILE": str(tmp_path / "api-keys.json")}
    made = run("ksef-bridge", "keys", "new-api", "--name", "first-start", **environment)
    register_secret(made.stdout.strip())
    return environment


@pytest.mark.parametrize("language", ["", ".pl"])
def test_the_documented_command_leaves_one_key_however_often_it_fails(
    composed: dict[str, str], tmp_path: Path, language: str
) -> None:
    page = (ROOT / "docs" / f"docker{language}.md").read_text()
    [command] = [
        block for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "new-api" in block
    ]
    keys_file = Path(composed["KSEF_BRIDGE_API_KEYS_FILE"])
    for extension, connection, names in (
        ("1", "0", ["first-start"]),
        ("0", "1", ["first-start", "espocrm"]),
        ("0", "1", ["first-start", "espocrm"]),
        ("0", "0", ["first-start", "espocrm"]),
    ):
        done = run("sh", "-c", command, **composed, EXTENSION=extension, CONNECTION=connection)
        assert done.returncode == int(extension) or int(connection), done.stderr
        assert [key.name for key in read_api_keys(keys_file)] == names
    told = [register_secret(key) for key in (tmp_path / "told").read_text().splitlines()]
    assert len(told) == 3
    assert ApiKeys(read_api_keys(keys_file)).find(told[-1]) is not None
    assert ApiKeys(read_api_keys(keys_file)).find(told[0]) is None
