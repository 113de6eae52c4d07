"""What the daily job tells administrators."""

from __future__ import annotations

from tests.e2e.bridge_settings import other_bridge
from tests.e2e.espocrm import EspoCrm
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
