"""From 0.1.0 to this version and back again, on one state, one pair of key files, one EspoCRM."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.enrolment.espocrm import EspoCrm
from tests.faults.mariadb_installation import on_mariadb
from tests.faults.profiles import METHODS, new_profile
from tests.installation import Installation, difference, new_nip, run_command
from tests.processes import RunningCommand
from tests.upgrades.version_0_1_0 import Version010

REFRESH = "POST /auth/token/refresh"
_number = itertools.count(1)


@pytest.fixture(scope="module")
def old_version(tmp_path_factory: pytest.TempPathFactory) -> Version010:
    return Version010.unpacked(tmp_path_factory.mktemp("0.1.0"))


@pytest.fixture(params=["sqlite", "mariadb"])
def today(
    request: pytest.FixtureRequest,
    artifacts: Path,
    simulator: RunningCommand,
    old_version: Version010,
) -> Installation:
    """An installation that was set up by 0.1.0; its bridge is today's."""
    folder = artifacts / f"installation-upgrade-{next(_number)}"
    installation = Installation.create(folder, simulator)
    old_version.make_keys(installation)
    if request.param == "mariadb":
        # EspoCRM's tables have been as they are since 0.1.0.
        on_mariadb(installation, request.getfixturevalue("mariadb"))
    return installation


def test_nothing_is_lost_on_the_way_there_and_back(
    today: Installation, old_version: Version010, tmp_path: Path
) -> None:
    old = old_version.bridge_of(today)
    profiles = {f"p-{method}": method for method in METHODS}
    with old.running():
        nips = {
            profile: new_profile(old, tmp_path, profile, method)
            for profile, method in profiles.items()
        }
        sessions = sessions_of(old, profiles)
        begun = requested(old, "p-Certificate", "record-old")

    with today.running():
        before = today.ksef_calls()
        assert sessions_of(today, profiles) == sessions
        assert calls_of_sessions(today, before) <= {REFRESH}
        assert refreshed(today, profiles) == sessions
        collected(today, "p-Certificate", "record-old", begun)
        begun = requested(today, "p-Certificate", "record-new")
        nips["p-new"] = new_nip()
        today.add_token_profile("p-new", nips["p-new"])
        sessions |= sessions_of(today, ["p-new"])
        signing = today.call("POST", "/v1/profiles/p-Certificate/signing-requests", {})
        assert signing.status == 201, signing.json
        narrow = today.new_api_key_with("--profile", "p-new")
        run_command("keys", "rotate", environment=today.environment)

    with ExitStack() as both:
        both.enter_context(old.running())
        before = today.ksef_calls()
        assert sessions_of(old, nips) == sessions
        assert calls_of_sessions(today, before) <= {REFRESH}
        collected(old, "p-Certificate", "record-new", begun)
        bearer = {"Authorization": f"Bearer {narrow}"}
        assert old.access_token("p-new", **bearer).status == 403
        # The other host is upgraded first: each goes on with what the other one has stored.
        both.enter_context(today.running())
        for bridge in (today, old, today):
            assert refreshed(bridge, nips) == sessions
        assert today.access_token("p-new", **bearer).status == 200

    for profile, nip in nips.items():
        live = {
            each["referenceNumber"]
            for each in today.ksef_sessions(nip)
            if each["redeemed"] and not each["revoked"]
        }
        assert live == {sessions[profile]}


def calls_of_sessions(installation: Installation, before: Any) -> set[str]:
    """What KSeF was called for since `before`, but for a certificate that is being requested."""
    made = difference(before, installation.ksef_calls())
    return {each for each in made if "/certificates/" not in each}


def sessions_of(installation: Installation, profiles: Iterable[str]) -> dict[str, str]:
    """The session of each profile's access token."""
    return {each: _session(installation, each, {}) for each in profiles}


def refreshed(installation: Installation, profiles: Iterable[str]) -> dict[str, str]:
    """The same after the access token was refreshed, which takes KSeF's refresh token."""
    return {each: _session(installation, each, {"forceRefresh": True}) for each in profiles}


def _session(installation: Installation, profile: str, body: object) -> str:
    answer = installation.access_token(profile, body)
    assert answer.status == 200, answer.json
    return str(answer.json["sessionReference"])


def requested(installation: Installation, profile: str, record: str) -> Any:
    """A certificate that EspoCRM has requested, and stored the key of."""
    espocrm = EspoCrm(installation)
    espocrm.add_record(record)
    begun = espocrm.request_in_the_end(profile, record)
    espocrm.store_seal(record, begun["privateKeySealed"])
    return begun


def collected(installation: Installation, profile: str, record: str, begun: Any) -> None:
    """What is issued is of the key that was made before, and has its package."""
    espocrm = EspoCrm(installation)
    issued = espocrm.ask_until(profile, record, "Issued")
    assert issued["package"] is not None
    certificates, _ = espocrm.at_ksef(begun["privateKeySealed"])
    assert [each["certificateSerialNumber"] for each in certificates] == [issued["serialNumber"]]
    espocrm.collect(profile, record, issued)
