"""The last test: no secret of the whole run is in EspoCRM's database, files, answers or exports."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.e2e.stored_state import files_on_disk
from tests.e2e.traces import Traces
from tests.installation import Installation
from tests.secret_register import register_secret, registered_secrets
from tests.secret_search import leaks

FEWEST_SECRETS = 40
# EspoCRM keeps settings of the level "internal" there; the API key of the bridge is one.
INTERNAL_SETTINGS = "config-internal.php"


@pytest.fixture(scope="module")
def traces(
    espocrm: EspoCrm,
    bridge: Installation,
    records: Records,
    outsiders: dict[str, RestUser],
    tmp_path_factory: pytest.TempPathFactory,
) -> Traces:
    """Everything was tried that could leave a secret behind."""
    tried = Traces(espocrm, bridge, records, tmp_path_factory.mktemp("files"))
    tried.refuse_saves()
    tried.refuse_uploads(outsiders["regular"])
    tried.save_both_in_one_file()
    tried.bypass_the_forms()
    tried.import_records()
    return tried


def test_the_steps_were_refused_and_taken_as_meant(traces: Traces) -> None:
    taken = {
        *("PKCS #12", "combined PEM", "upload that nobody saves"),
        *("list of KsefProfile", "list of KsefCertificate"),
    }
    either = {step for step in traces.statuses if step.startswith("formula")}
    unexpected = {
        step: status
        for step, status in traces.statuses.items()
        if step not in either and (status == 200) != (step in taken)
    }
    assert unexpected == {}


def test_an_abandoned_upload_is_removed(traces: Traces, espocrm: EspoCrm) -> None:
    upload = traces.abandon_an_upload()
    assert files_on_disk(espocrm, [upload]) == []
    # A package stays: its key is encrypted under a password that nothing keeps.
    query = "SELECT DISTINCT field FROM attachment WHERE related_type = 'KsefCertificate'"
    assert {row["field"] for row in espocrm.rows(query)} <= {"package"}


def test_no_secret_is_found_anywhere(
    traces: Traces, espocrm: EspoCrm, bridge: Installation, transcript: Path, tmp_path: Path
) -> None:
    secrets = registered_secrets()
    assert len(secrets) >= FEWEST_SECRETS
    data = tmp_path / "data"
    shutil.copytree(espocrm.given.root / "data", data)
    logs = b"".join(path.read_bytes() for path in (data / "logs").glob("*.log"))
    assert b"DEBUG" in logs, "the log is there at the level that tells most"

    internal = data / INTERNAL_SETTINGS
    assert bridge.api_key.encode() in internal.read_bytes()
    internal.write_bytes(internal.read_bytes().replace(bridge.api_key.encode(), b""))
    espocrm.dump(tmp_path / "database")
    shutil.copy(transcript, tmp_path / "rest-answers.log")

    assert leaks([tmp_path], secrets) == []


def test_the_search_finds_what_was_planted(
    records: Records, espocrm: EspoCrm, tmp_path: Path
) -> None:
    """The control: a marker in a record is found in the dump, one in a file among the files."""
    planted = register_secret("a planted marker that is no secret")
    account = records.user.done("POST", "Account", {"name": planted})
    upload = records.user.uploaded("keyFile", "marker.key", planted.encode())
    espocrm.dump(tmp_path / "database")
    shutil.copytree(espocrm.given.root / "data/upload", tmp_path / "upload")

    found = leaks([tmp_path], [planted.encode()])

    assert "account.rows" in found
    assert upload in found
    records.user.done("DELETE", f"Account/{account['id']}")
