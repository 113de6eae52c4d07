"""Who is let in to a view: by which header, which key and which scope; every view says so."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from bridge.api.authentication import any_key, anybody, register_authentication, requires
from bridge.api.call_rates import CallRates
from bridge.api.problems import register_problem_handlers
from bridge.keys.api_keys import ApiKey, ApiKeys, Scope, add_api_key, read_api_keys
from bridge.messages import Catalogue, Documentation
from tests.secret_register import register_secret

PATHS = ("/open", "/known", "/token", "/administer")


def an_app(*, with_unmarked: bool = False) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.extensions["ksef-messages"] = Catalogue.load()
    app.extensions["ksef-documentation"] = Documentation(None)
    register_problem_handlers(app)
    for path, mark in zip(
        PATHS, (anybody, any_key, requires(Scope.TOKEN), requires(Scope.ADMINISTER)), strict=True
    ):
        app.add_url_rule(path, path, view_func=mark(lambda: who_calls()), methods=["GET", "POST"])
    if with_unmarked:
        for name in ("one", "another"):
            app.add_url_rule(f"/{name}", name, view_func=lambda: "open to all")
    return app


def who_calls() -> dict[str, str]:
    return structlog.contextvars.get_contextvars()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "api.json"


def new_key(path: Path, *scopes: Scope) -> tuple[ApiKey, str]:
    key, text = add_api_key(path, f"caller with {len(scopes)}", frozenset(scopes))
    return key, register_secret(text.reveal_text())


@pytest.fixture
def client(key_file: Path) -> FlaskClient:
    structlog.contextvars.clear_contextvars()
    app = an_app()
    register_authentication(
        app, ApiKeys(lambda: read_api_keys(key_file)), CallRates(key_file.parent)
    )
    return app.test_client()


def statuses(client: FlaskClient, authorization: str | None) -> dict[str, int]:
    headers = {} if authorization is None else {"Authorization": authorization}
    return {path: client.get(path, headers=headers).status_code for path in PATHS}


def test_each_view_lets_in_whom_it_says(client: FlaskClient, key_file: Path) -> None:
    _, token = new_key(key_file, Scope.TOKEN)
    _, all_scopes = new_key(key_file, *Scope)
    _, no_scope = new_key(key_file)
    expected = {
        None: (200, 401, 401, 401),
        f"Bearer {token}": (200, 200, 200, 403),
        f"Bearer {all_scopes}": (200, 200, 200, 200),
        f"Bearer {no_scope}": (200, 200, 403, 403),
    }
    for authorization, answers in expected.items():
        assert tuple(statuses(client, authorization).values()) == answers


def test_a_refusal_says_what_is_missing(client: FlaskClient, key_file: Path) -> None:
    _, text = new_key(key_file, Scope.TOKEN)
    unknown = client.get("/token")
    assert (unknown.status_code, unknown.get_json()["code"]) == (401, "api-key-unknown")
    assert unknown.headers["WWW-Authenticate"] == "Bearer"
    refused = client.get("/administer", headers={"Authorization": f"Bearer {text}"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "api-key-scope-missing")
    assert refused.get_json()["params"] == {"scope": "administer"}
    assert "WWW-Authenticate" not in refused.headers


@pytest.mark.parametrize("written", ["Bearer {}", "bearer {}", "BEARER {}", "Bearer   {}  "])
def test_the_scheme_is_known_however_it_is_written(
    client: FlaskClient, key_file: Path, written: str
) -> None:
    _, text = new_key(key_file, Scope.TOKEN)
    assert statuses(client, written.format(text))["/token"] == 200


@pytest.mark.parametrize(
    "written",
    [
        *("", "Bearer", "Bearer ", "{}", "Basic {}", "Token {}", "Bearer{}", "Bearer: {}"),
        *("Bearer {} {}", "Bearer {}x", "Bearer x{}", "Bearer Bearer {}", "Bearer None"),
    ],
)
def test_nothing_else_is_a_key(client: FlaskClient, key_file: Path, written: str) -> None:
    _, text = new_key(key_file, *Scope)
    given = statuses(client, written.format(text, text))
    assert given == {"/open": 200, "/known": 401, "/token": 401, "/administer": 401}


def test_the_digest_that_is_stored_is_no_key(client: FlaskClient, key_file: Path) -> None:
    key, _ = new_key(key_file, *Scope)
    for stored in (key.digest, key.id, key.name):
        assert statuses(client, f"Bearer {stored}")["/known"] == 401


def test_a_body_is_not_looked_at_before_the_caller_is_known(
    client: FlaskClient, key_file: Path
) -> None:
    new_key(key_file)
    answer = client.post("/token", data=b"{not json", content_type="application/json")
    assert answer.status_code == 401


def test_what_is_not_there_is_not_found_and_no_matter_of_keys(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "resource-not-found")
    assert client.delete("/token").status_code == 405


def test_the_log_names_who_called(client: FlaskClient, key_file: Path) -> None:
    key, text = new_key(key_file, Scope.TOKEN)
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get("/open", headers=headers).get_json() == {}
    assert client.get("/token", headers=headers).get_json() == {
        "caller": key.name,
        "api_key": key.id,
    }


def test_a_view_that_does_not_say_whom_it_lets_in_keeps_the_bridge_from_starting(
    key_file: Path,
) -> None:
    with pytest.raises(RuntimeError, match=r"^views without an admission rule: one, another$"):
        register_authentication(an_app(with_unmarked=True), ApiKeys([]), CallRates(key_file.parent))


def test_a_view_added_later_without_a_rule_is_open_to_nobody(key_file: Path) -> None:
    _, text = new_key(key_file, *Scope)
    app = an_app()
    register_authentication(app, ApiKeys(read_api_keys(key_file)), CallRates(key_file.parent))
    app.add_url_rule("/late", "late", view_func=lambda: "open to all")
    answer = app.test_client().get("/late", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 500
