"""The audit of what an installation brings along, here of the tests' own environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.processes import free_port
from tests.releasing.repository import ROOT
from tests.releasing.vulnerabilities import vulnerability_database

AUDIT = """
import sys
from pathlib import Path
from releasing.audit import audit
from releasing.refusal import Refused
try:
    print(audit(Path(sys.executable), sys.argv[1], sys.argv[2:]))
except Refused as refusal:
    print("Refused:", refusal)
"""


def audited(database: str, *accepted: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", AUDIT, database, *accepted],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def test_a_known_vulnerability_stops_the_release_unless_it_is_accepted() -> None:
    with vulnerability_database(vulnerable="flask") as database:
        told = audited(database)
        assert re.match(
            r"Refused: known vulnerabilities in flask [\d.]+ \(GHSA-xxxx-xxxx-xxxx\); ", told
        ), told
        assert audited(database, "GHSA-xxxx-xxxx-xxxx").endswith(
            "no vulnerability is known that is not accepted."
        )


def test_a_database_that_does_not_answer_is_told() -> None:
    database = f"http://127.0.0.1:{free_port()}/v1/query"
    assert audited(database) == (
        f"NOT audited for known vulnerabilities: {database} does not answer as OSV does."
    )
