"""What the daily job tells administrators."""

from __future__ import annotations

from tests.e2e.bridge_settings import other_bridge
from tests.e2e.certificate_life import Life
from tests.e2e.espocrm import EspoCrm
from tests.e2e.mail_sink import MailSink
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip
from tests.processes import free_port
from tests.secret_register import register_secret

JOB = "KsefCheckConnections"
TOLD = """
    SELECT notification.message FROM notification JOIN user ON user.id = notification.user_id
    WHERE user.user_name = :user AND notification.related_type = 'KsefProfile'
    AND notification.message LIKE :words AND notification.deleted = 0
"""
WORDS = {"en": "The connections of the KSeF Profiles%", "pl": "Nie można było sprawdzić połączeń%"}


def test_a_bridge_that_is_away_is_told_once_until_it_is_read(
    espocrm: EspoCrm,
    records: Records,
    bridge: Installation,
    administrators: dict[str, RestUser],
    root_user: RestUser,
) -> None:
    nip = new_nip()
    profile = records.token_profile("Bez mostka", nip, bridge.new_ksef_token(nip))
    before = records.connection_test(profile)

    key = register_secret("key-of-a-bridge-that-is-away")
    with other_bridge(root_user, bridge, f"http://127.0.0.1:{free_port()}", key):
        espocrm.run_job(JOB)
        espocrm.run_job(JOB)

    for language, words in WORDS.items():
        user = administrators[language].name
        [told] = espocrm.rows(TOLD, user=user, words=words)
        assert "`ksef-bridge doctor`" in told["message"]
    stored = records.user.done("GET", f"KsefProfile/{profile}")
    assert stored["connectionStatus"] == before["connectionStatus"] == "Connected"


LOST = {"en": "cannot connect to KSeF", "pl": "nie może połączyć się z KSeF"}
WHY = {"en": "permissions", "pl": "uprawnie"}
SEVERAL = {
    "en": "KSeF Profiles that can no longer connect to KSeF: 2",
    "pl": "Profile KSeF, które nie mogą już połączyć się z KSeF: 2",
}


def connected(life: Life, mails: MailSink, *names: str) -> list[str]:
    """Profiles that connect; of all others everything is told."""
    profiles = []
    for name in names:
        nip = new_nip()
        profiles.append(life.records.certificate_profile(name, nip, life.certificate(nip)))
    life.run_job(JOB)
    assert {life.state(each)[0] for each in profiles} == {"Connected"}
    mails.mails.clear()
    return profiles


def take_rights_away(life: Life, profiles: list[str]) -> None:
    """The certificate stays as it is; another company's opens nothing here."""
    for profile in profiles:
        stranger = life.certificate(new_nip())
        life.espocrm.execute(
            "UPDATE ksef_profile SET authorization_certificate_id = :stranger WHERE id = :id",
            stranger=stranger,
            id=profile,
        )


def test_a_lost_connection_is_told_by_mail_too(
    life: Life, mails: MailSink, addresses: dict[str, str], records: Records
) -> None:
    [profile] = connected(life, mails, "Sklep *Łąka*")
    take_rights_away(life, [profile])
    life.run_job(JOB)
    life.run_job(JOB)
    for language, address in addresses.items():
        [mail] = mails.sent_to(address, LOST[language])
        assert "Sklep *Łąka*" in mail.subject
        assert f"{records.user.url}/#KsefProfile/view/{profile}" in mail.text
        assert WHY[language] in mail.text
        assert "\\" not in mail.subject + mail.text


def test_many_lost_connections_are_one_mail(
    life: Life, mails: MailSink, addresses: dict[str, str]
) -> None:
    profiles = connected(life, mails, "Pierwsza", "Druga")
    take_rights_away(life, profiles)
    life.run_job(JOB)
    for language, address in addresses.items():
        [mail] = mails.sent_to(address, SEVERAL[language])
        assert mail.subject == SEVERAL[language]
        for profile in profiles:
            assert f"#KsefProfile/view/{profile}" in mail.text
    assert all(life.told(f"KsefProfile/view/{each}") for each in profiles)
