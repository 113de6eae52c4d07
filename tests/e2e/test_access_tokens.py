"""What other PHP code in EspoCRM gets, and what administrators are told when KSeF refuses."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.access_tokens import take_access_token
from tests.e2e.credential_files import portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.mail_sink import MailSink
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip
from tests.secret_register import register_secret

NOTIFICATIONS = """
    SELECT notification.message, user.user_name
    FROM notification JOIN user ON user.id = notification.user_id
    WHERE notification.related_type = 'KsefProfile' AND notification.related_id = :profile
    AND notification.deleted = 0
"""

PROGRAMS = 6
LOST = {"en": "cannot connect to KSeF", "pl": "nie może połączyć się z KSeF"}


def asked(espocrm: EspoCrm, profile: str) -> Any:
    answer = espocrm.script("access_token.php", profile)
    if "token" in answer:
        take_access_token(answer["token"], answer["sessionReference"])
    return answer


def test_a_profile_by_token_gives_an_access_token(
    espocrm: EspoCrm, records: Records, bridge: Installation
) -> None:
    nip = new_nip()
    profile = records.token_profile("Token", nip, bridge.new_ksef_token(nip))

    first, second = asked(espocrm, profile), asked(espocrm, profile)

    assert first["authenticationMethod"] == "Token"
    assert datetime.fromisoformat(first["validUntil"]) > datetime.now(UTC)
    assert second["sessionReference"] == first["sessionReference"], "the session lives on"


def test_a_profile_by_certificate_gives_an_access_token(
    espocrm: EspoCrm,
    records: Records,
    bridge: Installation,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    nip = new_nip()
    files = portal_files(
        tmp_path_factory.mktemp("files"), bridge.simulator.port, nip, "Authentication"
    )
    profile = records.certificate_profile("Certyfikat", nip, records.certificate(files))

    assert asked(espocrm, profile)["authenticationMethod"] == "Certificate"


def unknown_token_profile(records: Records, bridge: Installation, name: str) -> str:
    """A profile whose token KSeF does not know."""
    nip = new_nip()
    reference, context, _ = bridge.new_ksef_token(nip).split("|")
    unknown = register_secret(f"{reference}|{context}|{secrets.token_hex(32)}")
    return records.token_profile(name, nip, unknown)


@pytest.fixture(scope="module")
def refused_profile(espocrm: EspoCrm, records: Records, bridge: Installation) -> str:
    """One that a program has just found out."""
    profile = unknown_token_profile(records, bridge, "Sklep [Odrzucony]")
    assert asked(espocrm, profile)["code"].startswith("ksef-")
    return profile


def test_a_refusal_sets_the_profile_to_failed(refused_profile: str, records: Records) -> None:
    profile = records.user.done("GET", f"KsefProfile/{refused_profile}")
    assert profile["connectionStatus"] == "Failed"
    assert profile["connectionCode"].startswith("ksef-")
    assert profile["connectionCheckedAt"]


def test_programs_refused_at_the_same_moment_tell_once(
    espocrm: EspoCrm, records: Records, administrators: dict[str, RestUser], bridge: Installation
) -> None:
    saved = records.save_profile(name="Bez tokena", nip=new_nip(), authorizationType="Token")
    profile = saved.json["id"]

    with ThreadPoolExecutor(PROGRAMS) as programs:
        answers = list(programs.map(lambda _: asked(espocrm, profile), range(PROGRAMS)))

    assert [each["code"] for each in answers] == ["token-not-set"] * PROGRAMS
    told = [each["user_name"] for each in espocrm.rows(NOTIFICATIONS, profile=profile)]
    assert len(told) == len(set(told)) > 0


def test_every_administrator_is_told_once_in_his_language(
    refused_profile: str,
    espocrm: EspoCrm,
    administrators: dict[str, RestUser],
    root_user: RestUser,
) -> None:
    asked(espocrm, refused_profile)

    told = espocrm.rows(NOTIFICATIONS, profile=refused_profile)
    names = sorted(each["user_name"] for each in told)
    assert names == sorted([root_user.name, *(each.name for each in administrators.values())])
    by_name = {each["user_name"]: each["message"] for each in told}
    link = f"[Sklep \\[Odrzucony\\]](#KsefProfile/view/{refused_profile})"
    english, polish = (by_name[administrators[each].name] for each in ("en", "pl"))
    assert english.startswith(f"The KSeF Profile {link} ")
    assert polish.startswith(f"Profil KSeF {link} ")


def test_the_notification_is_read_by_rest(
    refused_profile: str, administrators: dict[str, RestUser]
) -> None:
    answer = administrators["pl"].done("GET", "Notification?maxSize=20")
    assert any(refused_profile in str(each.get("message")) for each in answer["list"])


def test_every_administrator_is_told_by_mail_once(
    espocrm: EspoCrm,
    records: Records,
    bridge: Installation,
    mails: MailSink,
    addresses: dict[str, str],
) -> None:
    profile = unknown_token_profile(records, bridge, "Sklep bez połączenia")

    for _ in range(2):
        asked(espocrm, profile)

    for language, address in addresses.items():
        [mail] = mails.sent_to(address, LOST[language])
        assert f"#KsefProfile/view/{profile}" in mail.text
