"""Settings: what is missing or unsafe is named, with what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bridge.credentials.environment import Environment
from bridge.credentials.token_validity import TokenValidity
from bridge.settings import SettingsError, load_settings

NEEDED = {
    "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": "mysql+pymysql://reader:word@db/espocrm",
    "KSEF_BRIDGE_MASTER_KEYS_FILE": "/etc/ksef-bridge/master.json",
    "KSEF_BRIDGE_API_KEYS_FILE": "/etc/ksef-bridge/api.json",
}


def test_defaults() -> None:
    settings = load_settings({**NEEDED, "XDG_STATE_HOME": "/state"})
    assert settings.listen == "127.0.0.1:8970"
    assert settings.ksef_urls[Environment.PRODUCTION] == "https://api.ksef.mf.gov.pl/v2"
    assert settings.ksef_urls[Environment.DEMO] == "https://api-demo.ksef.mf.gov.pl/v2"
    assert settings.ksef_urls[Environment.TEST] == "https://api-test.ksef.mf.gov.pl/v2"
    assert settings.state_database_url.database == "/state/ksef-bridge/state.sqlite3"
    validity = TokenValidity(date(2026, 12, 31), date(2027, 11, 30), date(2026, 9, 10))
    assert settings.token_validity == validity
    assert settings.espocrm_database_url.query["charset"] == "utf8mb4"


def latarnia_urls(**variables: str) -> dict[str, str]:
    named = {f"KSEF_BRIDGE_{name}": value for name, value in variables.items()}
    urls = load_settings({**NEEDED, **named}).latarnia_urls
    return {environment.value: url for environment, url in urls.items()}


def test_latarnia_is_the_ministrys_unless_it_is_switched_off() -> None:
    official = {
        "Production": "https://api-latarnia.ksef.mf.gov.pl",
        "Demo": "https://api-latarnia-demo.ksef.mf.gov.pl",
        "Test": "https://api-latarnia-test.ksef.mf.gov.pl",
    }
    assert latarnia_urls() == official
    without_test = {name: url for name, url in official.items() if name != "Test"}
    assert latarnia_urls(LATARNIA_URL_TEST=" ") == without_test
    # What the Ministry announces says nothing of a simulator.
    assert latarnia_urls(KSEF_URL_TEST="http://127.0.0.1:8971/v2") == without_test
    played = "http://127.0.0.1:8971/latarnia/test"
    assert latarnia_urls(
        KSEF_URL_TEST="http://127.0.0.1:8971/v2", LATARNIA_URL_TEST=f"{played}/"
    ) == {**official, "Test": played}


def test_the_site_of_the_documentation_is_a_folder() -> None:
    for url in ("https://docs.example/ksef", "https://docs.example/ksef/"):
        settings = load_settings({**NEEDED, "KSEF_BRIDGE_DOCUMENTATION_URL": url})
        assert settings.documentation.url == "https://docs.example/ksef/"
    assert load_settings(NEEDED).documentation.url is None


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({}, "https://wl-api.mf.gov.pl"),
        ({"KSEF_BRIDGE_VAT_PAYERS_URL": ""}, None),
        ({"KSEF_BRIDGE_VAT_PAYERS_URL": " "}, None),
        ({"KSEF_BRIDGE_VAT_PAYERS_URL": "http://127.0.0.1:8971/"}, "http://127.0.0.1:8971"),
        ({"KSEF_BRIDGE_VAT_PAYERS_URL": "https://proxy.example/wl"}, "https://proxy.example/wl"),
    ],
)
def test_the_list_of_vat_payers_is_asked_unless_it_shall_not_be(
    variables: dict[str, str], url: str | None
) -> None:
    assert load_settings({**NEEDED, **variables}).vat_payers_url == url


def test_systemd_names_the_state_folder() -> None:
    settings = load_settings({**NEEDED, "STATE_DIRECTORY": "/var/lib/ksef-bridge"})
    assert settings.state_database_url.database == "/var/lib/ksef-bridge/state.sqlite3"


def test_a_database_url_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(f"{NEEDED['KSEF_BRIDGE_ESPOCRM_DATABASE_URL']}\n")
    keys = {name: value for name, value in NEEDED.items() if not name.endswith("URL")}
    settings = load_settings({**keys, "KSEF_BRIDGE_ESPOCRM_DATABASE_URL_FILE": str(file)})
    assert settings.espocrm_database_url == load_settings(NEEDED).espocrm_database_url
    with pytest.raises(SettingsError, match=f"URL_FILE: {tmp_path} cannot be read"):
        load_settings({**keys, "KSEF_BRIDGE_ESPOCRM_DATABASE_URL_FILE": str(tmp_path)})


def test_the_database_password_is_not_shown() -> None:
    settings = load_settings(NEEDED)
    assert "word" not in repr(settings)


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_a_missing_setting_is_named(missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        load_settings({name: value for name, value in NEEDED.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("ESPOCRM_DATABASE_URL", "postgresql://db/espocrm", "mysql"),
        ("ESPOCRM_DATABASE_URL", "nonsense", "not a database URL"),
        ("KSEF_URL_TEST", "http://ksef.example/v2", "loopback"),
        ("KSEF_URL_TEST", "http://127.0.0.1:8971", "/v2"),
        ("KSEF_URL_TEST", "ftp://127.0.0.1/v2", "http"),
        ("KSEF_URL_PRODUCTION", "http://127.0.0.1:8971/v2", "plain-http-production"),
        ("LATARNIA_URL_TEST", "http://latarnia.example", "loopback"),
        ("LATARNIA_URL_DEMO", "api-latarnia.ksef.mf.gov.pl", "http"),
        ("LATARNIA_URL_PRODUCTION", "https://user@latarnia.example", "host"),
        ("LISTEN", "0.0.0.0:8970", "TLS"),
        ("LISTEN", "8970", "host:port"),
        ("LISTEN", "127.0.0.1:99999", "host:port"),
        ("WORKERS", "0", "1 to 256"),
        ("BIND_SESSION_TO_IP", "perhaps", "yes or no"),
        ("TOKENS_VALID_UNTIL", "31.12.2026", "2026-12-31"),
        ("TOKENS_ANNOUNCED_UNTIL", "30.11.2027", "2026-12-31"),
        ("TOKENS_ANNOUNCED_ON", "10.09.2026", "2026-12-31"),
        ("AUTH_TOKEN_REQUEST_VERSION", "3.0", "2.1 or 2.0"),
        ("VAT_PAYERS_URL", "http://list.example", "loopback"),
        ("VAT_PAYERS_URL", "list.example", "http"),
        ("VAT_PAYERS_URL", "https://user@list.example", "http"),
        ("VAT_PAYERS_URL", "https://list.example/?a=b", "without query"),
        ("DOCUMENTATION_URL", "docs.example", "http"),
        ("DOCUMENTATION_URL", "javascript:alert(1)", "http"),
        ("DOCUMENTATION_URL", 'https://docs.example/"><script>', "http"),
        ("DOCUMENTATION_URL", "https://docs.example/?a=b", "without query"),
        ("DOCUMENTATION_URL", "https://user@docs.example/", "http"),
        ("ALLOW", "everything", "everything"),
        ("TLS_KEY_FILE", "/key.pem", "go together"),
    ],
)
def test_an_unusable_value_is_refused(name: str, value: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint) as caught:
        load_settings({**NEEDED, f"KSEF_BRIDGE_{name}": value})
    assert f"KSEF_BRIDGE_{name}" in str(caught.value)


@pytest.mark.parametrize(
    "variables",
    [
        {"KSEF_BRIDGE_KSEF_URL_TEST": "http://127.0.0.1:8971/v2/"},
        {"KSEF_BRIDGE_KSEF_URL_TEST": "http://[::1]:8971/v2"},
        {"KSEF_BRIDGE_LISTEN": "unix:/run/ksef-bridge.sock"},
        {"KSEF_BRIDGE_LISTEN": "0.0.0.0:8970", "KSEF_BRIDGE_ALLOW": "listen-without-tls"},
        {
            "KSEF_BRIDGE_LISTEN": "0.0.0.0:8970",
            "KSEF_BRIDGE_TLS_CERTIFICATE_FILE": "/certificate.pem",
            "KSEF_BRIDGE_TLS_KEY_FILE": "/key.pem",
        },
        {
            "KSEF_BRIDGE_KSEF_URL_PRODUCTION": "http://127.0.0.1:1/v2",
            "KSEF_BRIDGE_ALLOW": "plain-http-production",
        },
    ],
)
def test_what_is_safe_or_said_in_words_is_accepted(variables: dict[str, str]) -> None:
    settings = load_settings({**NEEDED, **variables})
    assert not settings.ksef_urls[Environment.TEST].endswith("/v2/")
    assert isinstance(settings.master_keys_file, Path)
