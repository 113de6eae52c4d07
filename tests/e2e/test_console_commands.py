"""The extension's commands: a bridge is entered, checked and forgotten without a browser."""

from __future__ import annotations

import dataclasses
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.messages import Catalogue, Language
from tests.e2e.bridge_settings import bridge_url, enter_bridge
from tests.e2e.espocrm import EspoCrm
from tests.e2e.fake_bridges import listening, of_contract
from tests.e2e.packages import this_version
from tests.e2e.rest import RestUser
from tests.installation import Installation
from tests.processes import free_port
from tests.secret_register import register_secret

CATALOGUE = Catalogue.load()
LOCALES: dict[Language, str] = {"en": "en_US", "pl": "pl_PL"}


@pytest.fixture(autouse=True)
def _entered_again(bridge: Installation, root_user: RestUser) -> Iterator[None]:
    yield
    enter_bridge(root_user, bridge_url(bridge), bridge.api_key)


@pytest.fixture(params=["en", "pl"])
def language(request: pytest.FixtureRequest, espocrm: EspoCrm) -> Iterator[Language]:
    """EspoCRM's own."""
    before = espocrm.configuration("language")
    chosen: Language = request.param
    espocrm.configure("language", LOCALES[chosen])
    yield chosen
    espocrm.configure("language", before)


def connect(espocrm: EspoCrm, url: str, key: str) -> subprocess.CompletedProcess[str]:
    return espocrm.attempted("ksef-connect-bridge", f"--url={url}", entered=f"{key}\n")


def stored(espocrm: EspoCrm) -> tuple[str | None, str | None]:
    return espocrm.configuration("ksefBridgeUrl"), espocrm.configuration("ksefBridgeApiKey")


def said(code: str, language: Language = "en", **params: str | int) -> str:
    """A text of the catalogue as a terminal shows it."""
    return CATALOGUE.text(code, language, params).replace("`", "")


def versions(language: Language, contract: int = 1, bridge: str = this_version()) -> str:
    return said(
        "console-bridge-versions",
        language,
        bridge=bridge,
        bridgeContract=contract,
        extension=this_version(),
        contract=1,
    )


def unknown_key() -> str:
    return register_secret(f"key-{secrets.token_hex(24)}")


def test_a_bridge_is_connected_checked_and_forgotten(
    espocrm: EspoCrm, bridge: Installation, language: Language
) -> None:
    url = bridge_url(bridge)
    ready = f"{url}: {said('bridge-ready', language)} {versions(language)}\n"

    forgotten = espocrm.attempted("ksef-disconnect-bridge")
    assert (forgotten.returncode, forgotten.stderr) == (0, "")
    assert forgotten.stdout == said("console-bridge-disconnected", language) + "\n"
    assert stored(espocrm) == (None, None)
    unchecked = espocrm.attempted("ksef-check-bridge")
    assert (unchecked.returncode, unchecked.stderr) == (1, "")
    assert unchecked.stdout == said("bridge-not-configured", language) + "\n"

    connected = connect(espocrm, url, f"  {bridge.api_key}")
    assert (connected.returncode, connected.stdout, connected.stderr) == (0, ready, "")
    assert stored(espocrm) == (url, bridge.api_key)
    checked = espocrm.attempted("ksef-check-bridge")
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, ready, "")


def test_the_page_finds_what_the_command_found(
    espocrm: EspoCrm, bridge: Installation, root_user: RestUser
) -> None:
    espocrm.command("ksef-disconnect-bridge")
    assert root_user.done("GET", "KsefBridge/health")["status"] == "notConfigured"
    connect(espocrm, bridge_url(bridge), bridge.api_key)
    assert root_user.done("GET", "KsefBridge/health")["status"] == "ok"
    assert root_user.done("GET", "Settings")["ksefBridgeUrl"] == bridge_url(bridge)


def test_a_key_that_the_bridge_does_not_know_is_kept_and_said(
    espocrm: EspoCrm, bridge: Installation, root_user: RestUser
) -> None:
    url, key = bridge_url(bridge), unknown_key()
    answered = connect(espocrm, url, key)
    assert (answered.returncode, answered.stderr) == (1, "")
    # As the page does, which keeps what was entered, and says what is wrong with it.
    assert stored(espocrm) == (url, key)
    health = root_user.done("GET", "KsefBridge/health")
    assert health["status"] == "refused"
    assert answered.stdout.startswith(f"{url}: ")
    assert said("api-key-unknown") in answered.stdout


def test_a_bridge_that_is_away(espocrm: EspoCrm, bridge: Installation, tmp_path: Path) -> None:
    for url in (f"http://127.0.0.1:{free_port()}", f"unix:{tmp_path}/bridge.sock"):
        answered = connect(espocrm, url, bridge.api_key)
        assert answered.returncode == 1
        assert answered.stdout == f"{url}: {said('bridge-unreachable')}\n"
        # It may be started later.
        assert stored(espocrm) == (url, bridge.api_key)


def test_a_bridge_of_another_contract(espocrm: EspoCrm, bridge: Installation) -> None:
    with listening(of_contract(7)) as fake:
        answered = connect(espocrm, fake.url, bridge.api_key)
    assert answered.returncode == 1
    assert said("contract-unsupported", caller=1, bridge=7) in answered.stdout
    assert answered.stdout.endswith(f"{versions('en', 7, '99.0.0')}\n")


def test_a_bridge_without_its_database_is_not_ready(
    espocrm: EspoCrm, bridge: Installation, root_user: RestUser, tmp_path: Path
) -> None:
    """The command says what the page says, and does not call it well."""
    another = dataclasses.replace(bridge, folder=tmp_path, bridge=None)
    away = {
        "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": f"mysql+pymysql://n:p@127.0.0.1:{free_port()}/espocrm",
        "KSEF_BRIDGE_RUNTIME_FOLDER": str(tmp_path / "run"),
    }
    with another.running(**away):
        answered = connect(espocrm, bridge_url(another), bridge.api_key)
        health = root_user.done("GET", "KsefBridge/health")
    assert health["status"] == "notReady"
    assert answered.returncode == 1
    assert said("bridge-not-ready", dependencies="espocrmDatabase") in answered.stdout


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://bridge.example.com", "bridge-url-not-allowed"),
        ("https://somebody:hidden@bridge", "bridge-url-not-allowed"),
        ("unix:bridge.sock", "bridge-url-not-allowed"),
        ("", "console-connect-usage"),
    ],
)
def test_a_url_to_which_no_key_may_go_changes_nothing(
    espocrm: EspoCrm, bridge: Installation, url: str, code: str
) -> None:
    before = stored(espocrm)
    answered = connect(espocrm, url, unknown_key())
    assert (answered.returncode, answered.stderr) == (1, "")
    assert answered.stdout == said(code) + "\n"
    assert stored(espocrm) == before


@pytest.mark.parametrize(
    ("entered", "code"),
    [
        ("", "console-connect-usage"),
        ("\nsecond line\n", "console-connect-usage"),
        ("klucz-ą\n", "bridge-key-malformed"),
    ],
)
def test_a_key_that_cannot_be_one_changes_nothing(
    espocrm: EspoCrm, bridge: Installation, language: Language, entered: str, code: str
) -> None:
    before = stored(espocrm)
    url = f"--url={bridge_url(bridge)}"
    answered = espocrm.attempted("ksef-connect-bridge", url, entered=entered)
    assert (answered.returncode, answered.stderr) == (1, "")
    assert answered.stdout == said(code, language) + "\n"
    assert stored(espocrm) == before


def test_a_key_among_the_arguments_is_not_taken(espocrm: EspoCrm, bridge: Installation) -> None:
    """There everybody on the server may read it: whoever tries learns another way."""
    before = stored(espocrm)
    url, key = f"--url={bridge_url(bridge)}", unknown_key()
    for argument in (key, f"--api-key={key}"):
        answered = espocrm.attempted("ksef-connect-bridge", url, argument, entered=f"{key}\n")
        assert answered.returncode == 1
        assert key not in answered.stdout + answered.stderr
    assert stored(espocrm) == before


def test_no_key_is_printed_or_logged(espocrm: EspoCrm, bridge: Installation) -> None:
    """The log level is DEBUG in these tests."""
    keys = [bridge.api_key, unknown_key()]
    for key in keys:
        for url in (bridge_url(bridge), "http://bridge.example.com"):
            answered = connect(espocrm, url, key)
            assert key not in answered.stdout + answered.stderr
    logs = [path for path in (espocrm.given.root / "data" / "logs").rglob("*") if path.is_file()]
    assert logs
    for log in logs:
        assert not [key for key in keys if key in log.read_text("utf-8", errors="replace")], log


def test_the_commands_are_listed(espocrm: EspoCrm) -> None:
    listed = espocrm.command("help").split()
    assert {"ksef-check-bridge", "ksef-connect-bridge", "ksef-disconnect-bridge"} <= set(listed)
