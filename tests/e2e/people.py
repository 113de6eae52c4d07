"""Users that the tests make for themselves by REST, and remove at the end."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator

from tests.e2e.rest import RestUser
from tests.secret_register import register_secret

LOCALES = {"en": "en_US", "pl": "pl_PL"}


@contextlib.contextmanager
def made_administrator(root: RestUser, language: str) -> Iterator[tuple[RestUser, str]]:
    """An administrator who reads `en` or `pl`, and his password."""
    with _made_user(root, "admin", f"ksef-e2e-{language}", LOCALES[language]) as made:
        yield made


@contextlib.contextmanager
def made_regular_user(root: RestUser) -> Iterator[tuple[RestUser, str]]:
    """Somebody without any role, and his password."""
    with _made_user(root, "regular", "ksef-e2e-regular", LOCALES["pl"]) as made:
        yield made


@contextlib.contextmanager
def made_api_user(root: RestUser) -> Iterator[RestUser]:
    """A program that calls the API by key."""
    body = {
        "userName": f"ksef-e2e-api-{secrets.token_hex(3)}",
        "lastName": "KSeF e2e API",
        "type": "api",
        "authMethod": "ApiKey",
        "isActive": True,
    }
    user = root.done("POST", "User", body)
    key = root.done("GET", f"User/{user['id']}")["apiKey"]
    yield RestUser.by_api_key(root.url, key, root.transcript)
    root.done("DELETE", f"User/{user['id']}")


@contextlib.contextmanager
def made_record(root: RestUser, entity: str, **attributes: object) -> Iterator[str]:
    """The id of a record that is there until the block ends."""
    made = str(root.done("POST", entity, attributes)["id"])
    yield made
    root.done("DELETE", f"{entity}/{made}")


@contextlib.contextmanager
def made_portal_user(root: RestUser) -> Iterator[RestUser]:
    """A customer in a portal of his own."""
    password = register_secret(f"Aa1-{secrets.token_urlsafe(15)}")
    name = f"ksef-e2e-portal-{secrets.token_hex(3)}"
    with (
        made_record(root, "Portal", name=name, isActive=True) as portal,
        made_record(
            root,
            "User",
            userName=name,
            lastName=name,
            type="portal",
            isActive=True,
            password=password,
            passwordConfirm=password,
            portalsIds=[portal],
        ),
    ):
        yield RestUser.by_password(root.url, name, password, root.transcript, portal)


@contextlib.contextmanager
def _made_user(root: RestUser, kind: str, name: str, locale: str) -> Iterator[tuple[RestUser, str]]:
    password = register_secret(f"Aa1-{secrets.token_urlsafe(15)}")
    name = f"{name}-{secrets.token_hex(3)}"
    body = {
        "userName": name,
        "lastName": name,
        "type": kind,
        "isActive": True,
        "password": password,
        "passwordConfirm": password,
    }
    user = root.done("POST", "User", body)
    made = RestUser.by_password(root.url, name, password, root.transcript)
    made.done("PUT", f"Preferences/{user['id']}", {"language": locale})
    yield made, password
    root.done("DELETE", f"User/{user['id']}")
