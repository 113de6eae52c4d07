"""What administrators are told before certificates and tokens end: each notice once, in words."""

from __future__ import annotations

import contextlib
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from tests.e2e.bridge_settings import tokens_until
from tests.e2e.certificate_life import JOB, Life
from tests.e2e.espocrm import EspoCrm
from tests.e2e.mail_sink import MailSink, mail_sink, sending_through
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip

NOTICES = (60, 30, 14, 7, 1)
PORTAL = "https://ap-test.ksef.mf.gov.pl/web/"
DAYS_LEFT = {"en": "Days left: {days}.", "pl": "Pozostało dni: {days}."}
BY_HAND = {"en": "*Renew Automatically* is off", "pl": "wyłączono opcję *Odnawiaj automatycznie*"}
BY_ITSELF = {"en": "EspoCRM renews it by itself from", "pl": "EspoCRM odnowi go automatycznie"}
BEING_RENEWED = {"en": "It is being renewed", "pl": "Trwa jego odnowienie"}
NO_LOGIN = {"en": "EspoCRM cannot renew it", "pl": "EspoCRM nie może go odnowić"}
UNUSED = {"en": "No KSeF Profile uses it", "pl": "Nie korzysta z niego żaden Profil KSeF"}
TOKENS = {"en": "still log in by token", "pl": "Tokenem nadal uwierzytelniają się"}
WAITS_FOR_A_LOCK = """
    SELECT COUNT(*) AS waiting FROM information_schema.processlist
    WHERE state LIKE 'Waiting for table metadata lock%'
"""
WITHIN_SECONDS = 60


@pytest.fixture
def said(life: Life, administrators: dict[str, RestUser]) -> Callable[[str], dict[str, str]]:
    """The newest notification about a certificate, by language."""

    def newest(words: str) -> dict[str, str]:
        messages = life.messages(words)
        return {language: messages[user.name][-1] for language, user in administrators.items()}

    return newest


def in_use(life: Life, name: str = "Sklep *Zażółć*", **more: object) -> tuple[str, str]:
    """A certificate and the profile that logs in with it."""
    nip = new_nip()
    certificate = life.certificate(nip, "Authentication", **more)
    return certificate, life.records.certificate_profile(name, nip, certificate)


def test_every_notice_once_to_everybody_in_his_language(
    life: Life,
    mails: MailSink,
    addresses: dict[str, str],
    everybody: Counter[str],
    said: Callable[[str], dict[str, str]],
) -> None:
    certificate, profile = in_use(life)
    life.end_in(certificate, 61.5)
    life.run_job()
    assert not life.told(certificate)
    for number, days in enumerate(NOTICES, start=1):
        life.end_in(certificate, days + 0.5)
        life.run_job()
        life.run_job()
        assert life.told(certificate) == Counter(dict.fromkeys(everybody, number)), days
        for language, message in said(certificate).items():
            assert DAYS_LEFT[language].format(days=days) in message
    record = life.record(certificate)
    assert record["noticedDays"] == 1
    for language, message in said(certificate).items():
        assert f"(#KsefCertificate/view/{certificate})" in message
        assert f"NIP {record['identifierValue']}" in message
        assert f"[Sklep \\*Zażółć\\*](#KsefProfile/view/{profile})" in message
        assert BY_HAND[language] in message
        assert as_told(life, date.fromisoformat(record["validTo"][:10])) in message
        sent = mails.sent_to(addresses[language], f"#KsefCertificate/view/{certificate}")
        assert len(sent) == len(NOTICES)
        for mail, days in zip(sent, NOTICES, strict=True):
            assert DAYS_LEFT[language].format(days=days) in mail.text
            assert "Sklep *Zażółć*" in mail.text
            assert "\\" not in mail.text + mail.subject
            assert mail.subject.endswith(f": {days}")
            assert f"{life.records.user.url}/#KsefProfile/view/{profile}" in mail.text


def test_weeks_without_the_job_tell_once(life: Life, everybody: Counter[str]) -> None:
    certificate, _ = in_use(life)
    life.end_in(certificate, 59)
    life.run_job()
    life.end_in(certificate, 6.5)
    life.run_job()
    life.run_job()
    assert life.told(certificate) == everybody + everybody
    assert life.record(certificate)["noticedDays"] == 7


def as_told(life: Life, day: date) -> str:
    """A day as EspoCRM is set to write it, in Markdown."""
    shape = life.records.user.done("GET", "Settings")["dateFormat"]
    for part, value in (("YYYY", day.year), ("MM", f"{day:%m}"), ("DD", f"{day:%d}")):
        shape = shape.replace(part, str(value))
    return re.sub(r"[./-]", r"\\\g<0>", shape)


def test_what_renews_itself_says_when(life: Life, said: Callable[[str], dict[str, str]]) -> None:
    certificate, _ = in_use(life, autoRenew=True)
    life.end_in(certificate, 60.5)
    life.run_job()
    end = date.fromisoformat(life.record(certificate)["validTo"][:10])
    begins = as_told(life, end - timedelta(days=30))
    for language, message in said(certificate).items():
        assert BY_ITSELF[language] in message
        assert begins in message
        assert BY_HAND[language] not in message


@pytest.mark.parametrize("status", ["Requested", "Active"])
def test_what_is_being_renewed_names_its_successor(
    status: str, life: Life, said: Callable[[str], dict[str, str]]
) -> None:
    certificate, _ = in_use(life, autoRenew=True)
    with successor(life, certificate, status) as id_:
        life.end_in(certificate, 30.5)
        life.run_job()
        for language, message in said(certificate).items():
            assert BEING_RENEWED[language] in message
            assert f"(#KsefCertificate/view/{id_})" in message


def test_the_old_one_of_a_pair_that_nobody_uses_is_no_news(life: Life) -> None:
    spare = life.certificate(new_nip())
    with successor(life, spare, "Active"):
        life.end_in(spare, 13)
        life.run_job()
        assert not life.told(spare)
    life.run_job()
    assert life.told(spare), "the control: without a successor it is told"


@contextlib.contextmanager
def successor(life: Life, predecessor: str, status: str) -> Iterator[str]:
    """A record that renews another one."""
    id_ = f"s{predecessor[1:]}"
    life.espocrm.execute(
        "INSERT INTO ksef_certificate (id, name, status, predecessor_id, deleted) "
        "VALUES (:id, 'Następca', :status, :predecessor, 0)",
        id=id_,
        status=status,
        predecessor=predecessor,
    )
    yield id_
    life.espocrm.execute("DELETE FROM ksef_certificate WHERE id = :id", id=id_)


def test_without_a_login_of_the_same_subject_the_portal_is_named(
    life: Life, said: Callable[[str], dict[str, str]]
) -> None:
    nip = new_nip()
    offline = life.certificate(nip, "Offline", autoRenew=True)
    life.records.token_profile(
        "Tylko token", nip, life.bridge.new_ksef_token(nip), offlineCertificateId=offline
    )
    life.end_in(offline, 14.5)
    life.run_job()
    for language, message in said(offline).items():
        assert NO_LOGIN[language] in message
        assert PORTAL in message


def test_what_nobody_uses_says_so(life: Life, said: Callable[[str], dict[str, str]]) -> None:
    spare = life.certificate(new_nip())
    life.end_in(spare, 7.5)
    life.run_job()
    for language, message in said(spare).items():
        assert UNUSED[language] in message


def test_one_that_is_switched_off_is_not_told(life: Life) -> None:
    spare = life.certificate(new_nip())
    life.records.user.done("PUT", f"KsefCertificate/{spare}", {"status": "Inactive"})
    life.end_in(spare, 7.5)
    life.run_job()
    assert not life.told(spare)


def test_another_certificate_in_the_record_is_told_anew(
    life: Life, everybody: Counter[str]
) -> None:
    certificate, _ = in_use(life)
    life.end_in(certificate, 1.5)
    life.run_job()
    nip = life.record(certificate)["identifierValue"]
    life.upload_over(certificate, life.files(nip, "Authentication"))
    assert life.record(certificate)["noticedDays"] is None
    life.end_in(certificate, 60.5)
    life.run_job()
    assert life.told(certificate) == everybody + everybody


def test_a_kill_between_record_and_notification_tells_once(
    life: Life, everybody: Counter[str]
) -> None:
    certificate, _ = in_use(life)
    life.end_in(certificate, 30.5)
    with life.espocrm.engine.connect() as connection:
        connection.execute(text("LOCK TABLES notification READ"))
        try:
            with killed_at_the_end(life, JOB):
                waited_for(lambda: bool(life.espocrm.rows(WAITS_FOR_A_LOCK)[0]["waiting"]))
        finally:
            connection.execute(text("UNLOCK TABLES"))
    assert not life.told(certificate)
    assert life.record(certificate)["noticedDays"] is None

    life.run_job()
    life.run_job()

    assert life.told(certificate) == everybody


def test_a_kill_before_the_mail_repeats_no_notification(
    life: Life, mails: MailSink, everybody: Counter[str], addresses: dict[str, str]
) -> None:
    certificate, _ = in_use(life)
    life.end_in(certificate, 30.5)
    mails.is_silent.set()
    with killed_at_the_end(life, JOB):
        assert mails.reached.wait(WITHIN_SECONDS)
    mails.is_silent.clear()
    assert life.told(certificate) == everybody

    life.run_job()

    assert life.told(certificate) == everybody
    assert not mails.sent_to(addresses["en"], certificate), "an e-mail is sent at most once"


def test_a_mail_server_that_is_away_takes_nothing_from_the_notifications(
    life: Life, espocrm: EspoCrm, root_user: RestUser, everybody: Counter[str]
) -> None:
    certificate, _ = in_use(life)
    life.end_in(certificate, 30.5)
    with mail_sink() as sink:
        port = sink.port
    with sending_through(espocrm, root_user, port):
        life.run_job()
    assert life.told(certificate) == everybody


@contextlib.contextmanager
def killed_at_the_end(life: Life, name: str) -> Iterator[None]:
    job = subprocess.Popen(
        [life.espocrm.given.php, "command.php", "run-job", name],
        cwd=life.espocrm.given.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        job.kill()
        job.wait()


def waited_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def today() -> date:
    """The law's days are days there."""
    return datetime.now(ZoneInfo("Europe/Warsaw")).date()


def test_the_end_of_tokens_is_told_for_the_profiles_that_use_one(
    life: Life,
    bridge: Installation,
    root_user: RestUser,
    mails: MailSink,
    addresses: dict[str, str],
    everybody: Counter[str],
    said: Callable[[str], dict[str, str]],
    tmp_path: Path,
) -> None:
    nips = [new_nip() for _ in range(4)]
    first, second, switched_off = (
        life.records.token_profile(f"Token {number}", nip, bridge.new_ksef_token(nip), **more)
        for number, (nip, more) in enumerate(
            zip(nips, [{}, {}, {"status": "Inactive"}], strict=False)
        )
    )
    _, by_certificate = in_use(life)
    # What the bridge of the other tests told before is not this test's.
    life.espocrm.execute("UPDATE ksef_profile SET token_end_noticed_days = NULL")
    for number, days in enumerate(NOTICES, start=1):
        last_day = today() + timedelta(days=days)
        with tokens_until(bridge, root_user, last_day, tmp_path):
            life.run_job()
            life.run_job()
        told = {words: life.told(f"KsefProfile/view/{words}") for words in (first, second)}
        wanted = Counter(dict.fromkeys(everybody, number))
        assert told == {first: wanted, second: wanted}, days
    assert not life.told(switched_off)
    assert not life.told(by_certificate)
    for language, message in said(first).items():
        assert TOKENS[language] in message
        assert DAYS_LEFT[language].format(days=1) in message
        assert PORTAL in message
        assert second in message, "one notification for all profiles"
        assert len(mails.sent_to(addresses[language], first)) == len(NOTICES)


def test_a_profile_that_still_uses_a_token_later_is_told_of_the_rest(
    life: Life, bridge: Installation, root_user: RestUser, everybody: Counter[str], tmp_path: Path
) -> None:
    first, second = (
        life.records.token_profile("Token", nip, bridge.new_ksef_token(nip))
        for nip in (new_nip(), new_nip())
    )
    life.set_status(second, "Inactive")
    with tokens_until(bridge, root_user, today() + timedelta(days=29), tmp_path):
        life.run_job()
        life.set_status(second, "Active")
        life.run_job()
    assert life.told(first) == life.told(second) == everybody


def test_an_end_of_tokens_that_is_put_off_is_told_anew(
    life: Life, bridge: Installation, root_user: RestUser, everybody: Counter[str], tmp_path: Path
) -> None:
    nip = new_nip()
    profile = life.records.token_profile("Token", nip, bridge.new_ksef_token(nip))
    for days in (1, 32):
        with tokens_until(bridge, root_user, today() + timedelta(days=days), tmp_path):
            life.run_job()
            life.run_job()
    assert life.told(profile) == everybody + everybody


def test_tokens_whose_end_is_far_are_no_news(
    life: Life, bridge: Installation, root_user: RestUser, tmp_path: Path
) -> None:
    nip = new_nip()
    profile = life.records.token_profile("Token", nip, bridge.new_ksef_token(nip))
    with tokens_until(bridge, root_user, today() + timedelta(days=61), tmp_path):
        life.run_job()
    assert not life.told(profile)


def test_nobody_can_write_what_was_noticed(life: Life) -> None:
    certificate, profile = in_use(life)
    user: Any = life.records.user
    user.done("PUT", f"KsefCertificate/{certificate}", {"noticedDays": 1})
    user.done("PUT", f"KsefProfile/{profile}", {"tokenEndNoticedDays": 1})
    assert life.record(certificate)["noticedDays"] is None
    assert life.profile(profile)["tokenEndNoticedDays"] is None
