"""Whoever is no administrator, whatever his role says: a table of every kind of access."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.credential_files import portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.kinds_of_access import KINDS, Call, filled
from tests.e2e.people import made_record
from tests.e2e.records import Records
from tests.e2e.refusal_table import RefusalTable
from tests.e2e.rest import Answer, RestUser
from tests.installation import Installation, new_nip

ENTITIES = ("KsefProfile", "KsefCertificate")
LINKS = {"KsefProfile": "authorizationCertificate", "KsefCertificate": "authorizationProfiles"}
NAME = "Zakladprobny"
WHO = ("regular", "api", "portal")
# What an administrator's call may do beside the others': nothing is changed by it.
HARMLESS = ("duplicate", "formula", "e-mail template", "PDF")
ROLE = {"name": "ksef-e2e", "exportPermission": "yes", "massUpdatePermission": "yes"}
EVERYTHING = dict.fromkeys(("create", "read", "edit", "delete", "stream"), "all")
# What a role can give, as the form of roles sends it, and what it cannot: our own entities.
DATA = {
    **dict.fromkeys(("Webhook", "Import"), True),
    **{
        entity: {**EVERYTHING, "create": "yes"}
        for entity in (
            *ENTITIES,
            "Account",
            "Document",
            "Email",
            "EmailTemplate",
            "Task",
            "Template",
        )
    },
}


@pytest.fixture(scope="module")
def names(
    bridge: Installation, records: Records, root_user: RestUser, tmp_path_factory: Any
) -> Iterator[dict[str, dict[str, str]]]:
    """By entity: what is put in the place of each `{name}`."""
    nip, folder = new_nip(), tmp_path_factory.mktemp("files")
    files = replace(portal_files(folder, bridge.simulator.port, nip, "Authentication"), name=NAME)
    certificate = records.certificate(files)
    profile = records.certificate_profile(NAME, nip, certificate)
    upload = records.user.uploaded("certificateFile", files.certificate_name, files.certificate)
    with ExitStack() as stack:
        # The wording is read by whoever has a role for e-mail templates.
        email = stack.enter_context(
            made_record(
                root_user,
                "EmailTemplate",
                name="x",
                subject="{Parent.name}{KsefProfile.name}",
                body="x",
            )
        )
        templates = {
            each: stack.enter_context(
                made_record(root_user, "Template", name="x", entityType=each, body="{{name}}")
            )
            for each in ENTITIES
        }
        shared = {
            "name": NAME,
            "email_template": email,
            "attachment": upload,
        }
        ids = {"KsefProfile": profile, "KsefCertificate": certificate}
        other = {"KsefProfile": certificate, "KsefCertificate": profile}
        yield {
            entity: {
                **shared,
                "entity": entity,
                "id": ids[entity],
                "other": other[entity],
                "link": LINKS[entity],
                "template": templates[entity],
            }
            for entity in ENTITIES
        }


@pytest.fixture(scope="module")
def people(
    outsiders: dict[str, RestUser], root_user: RestUser, espocrm: EspoCrm, names: object
) -> Iterator[dict[str, RestUser]]:
    """A user, a program and a customer in a portal, each with a role that gives all it can."""
    with ExitStack() as stack:
        role = stack.enter_context(made_record(root_user, "Role", **ROLE))
        portal_role = stack.enter_context(made_record(root_user, "PortalRole", **ROLE))
        for table in ("role", "portal_role"):
            # Past the rules by which EspoCRM refuses what no role may give.
            statement = f"UPDATE {table} SET data = :data WHERE name = :name"  # noqa: S608
            espocrm.execute(statement, data=json.dumps(DATA), name=ROLE["name"])
        for who, each in outsiders.items():
            field, given = (
                ("portalRolesIds", portal_role) if who == "portal" else ("rolesIds", role)
            )
            user = each.done("GET", "App/user")["user"]["id"]
            root_user.done("PUT", f"User/{user}", {field: [given]})
        yield outsiders
    # Whoever may write templates may write one for our entities, and print nothing by it.
    espocrm.execute("UPDATE template SET deleted = 1 WHERE entity_type LIKE 'Ksef%' AND body = 'x'")


@pytest.fixture(scope="module")
def table(espocrm: EspoCrm, screenshots: Path) -> Iterator[RefusalTable]:
    """Left beside the screenshots."""
    head = ("kind", "call", "administrator", *WHO)
    made = RefusalTable(f"Rights, tried by REST in EspoCRM {espocrm.version}", head)
    yield made
    made.write(screenshots / f"rights-{espocrm.version}.md")


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_access_gives_anything(
    kind: str,
    entity: str,
    names: dict[str, dict[str, str]],
    people: dict[str, RestUser],
    records: Records,
    espocrm: EspoCrm,
    table: RefusalTable,
) -> None:
    told = names[entity]
    before = stored(espocrm, told)
    given: list[str] = []
    for call in KINDS[kind]:
        method, path, _ = call
        shown = filled(path, {"entity": entity}).partition("?")[0]
        answers = {who: called(people[who], call, told) for who in WHO}
        given += [
            f"{who}: {method} {shown}: {answer.status} {answer.body[:300]!r}"
            for who, answer in answers.items()
            if not is_nothing(answer, told)
        ]
        is_read = method == "GET" or kind in HARMLESS
        served = called(records.user, call, told) if is_read else None
        cells = [outcome(answers[who], told) for who in WHO]
        table.add(
            kind, f"{method} {shown}", "" if served is None else outcome(served, told), *cells
        )
    assert given == []
    assert stored(espocrm, told) == before


def test_an_e_mail_tells_nobody_which_profile_has_its_address(
    names: dict[str, dict[str, str]],
    people: dict[str, RestUser],
    records: Records,
    root_user: RestUser,
) -> None:
    told, address = names["KsefProfile"], "biuro@zaklad.example"
    records.user.done("PUT", f"KsefProfile/{told['id']}", {"emailAddress": address})
    written = {"subject": "x", "status": "Archived", "from": address, "to": address}
    with made_record(root_user, "Email", dateSent="2026-01-02 03:04:05", **written) as email:
        calls: dict[str, Call] = {
            "read": ("GET", f"Email/{email}", None),
            "list": ("GET", "Email", None),
            "search": ("GET", f"EmailAddress/search?q={address}", None),
            "template": (
                "POST",
                "EmailTemplate/{email_template}/prepare",
                {"emailAddress": address},
            ),
        }
        answers = {
            (who, kind): called(people[who], call, told)
            for who in WHO
            for kind, call in calls.items()
        }
    assert [key for key, answer in answers.items() if not is_nothing(answer, told)] == []
    # Else there would be nothing to tell it in.
    assert {answers["regular", kind].status for kind in calls} == {200}
    assert answers["regular", "read"].json["from"] == address
    assert email in [each["id"] for each in answers["regular", "list"].json["list"]]


def test_an_administrator_is_served_where_the_others_are_not(table: RefusalTable) -> None:
    """Else the table would show calls that nobody can make."""
    served = {line[0] for line in table.lines if line[2] == "200"}
    assert served >= {"list", "search", "record", "duplicate", "e-mail template", "formula"}


def called(user: RestUser, call: Call, names: dict[str, str]) -> Answer:
    method, path, body = call
    return user.call(method, filled(path, names), filled(body, names))


def is_nothing(answer: Answer, names: dict[str, str]) -> bool:
    """Refused, unknown, or a list in which nothing of the record is."""
    if answer.status in {400, 403, 404, 405}:
        return names["name"].encode() not in answer.body
    told = (names["name"], names["id"], names["other"])
    return answer.status == 200 and not any(each.encode() in answer.body for each in told)


def outcome(answer: Answer, names: dict[str, str]) -> str:
    if answer.status == 200 and is_nothing(answer, names):
        return "200, nothing of it"
    return str(answer.status)


def stored(espocrm: EspoCrm, names: dict[str, str]) -> list[dict[str, Any]]:
    """What a call of somebody else's may not change: the record, its links, what watches it."""
    statements = (
        "SELECT name, deleted, modified_at FROM ksef_profile ORDER BY id",
        "SELECT name, deleted, modified_at FROM ksef_certificate ORDER BY id",
        "SELECT count(*) AS webhooks FROM webhook WHERE event LIKE 'Ksef%' AND deleted = 0",
        "SELECT count(*) AS followers FROM stream_subscription WHERE entity_id = :id",
        "SELECT count(*) AS posts FROM note WHERE parent_id = :id AND type = 'Post'",
    )
    return [row for each in statements for row in espocrm.rows(each, id=names["id"])]
