"""A file that takes time, memory or stack without end is a finding, soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import CertificateInspection
from bridge.credentials.secret import Secret
from bridge.inspector.exchange import InspectionRequest, SortingRequest
from bridge.inspector.inspector import Inspector
from bridge.inspector.limits import WALL_SECONDS
from tests.credentials.inspecting import assert_texts, errors
from tests.inspector.bombs import COSTLY, PASSWORD, STRANGE, rounds_in_the_encrypted_part


def inspect(inspector: Inspector, *files: UploadedFile) -> CertificateInspection:
    password = Secret(PASSWORD)
    return inspector.inspect(InspectionRequest(files, password, None, None, datetime.now(UTC)))


@pytest.mark.parametrize("bomb", COSTLY, ids=lambda bomb: str(bomb.__name__))
def test_a_costly_file_is_a_finding(inspector: Inspector, bomb: Callable[[], bytes]) -> None:
    begun = time.monotonic()
    inspection = inspect(inspector, UploadedFile("a.crt", b"-"), UploadedFile("a.key", bomb()))
    assert time.monotonic() - begun < WALL_SECONDS + 1
    (finding,) = [each for each in inspection.findings if each.code.endswith("-too-costly")]
    assert finding.params["file"] == "a.key"
    assert finding.field == "files"
    assert_texts(inspection.findings)


@pytest.mark.parametrize("bomb", COSTLY[:1], ids=lambda bomb: str(bomb.__name__))
def test_a_costly_file_among_many_is_left_over(
    inspector: Inspector, bomb: Callable[[], bytes]
) -> None:
    files = [UploadedFile("a.crt", b"-"), UploadedFile("b.key", bomb()), UploadedFile("c", b"-")]
    begun = time.monotonic()
    sorting = inspector.sort(
        SortingRequest(files, None, {"b.key": Secret(PASSWORD)}, None, datetime.now(UTC))
    )
    assert time.monotonic() - begun < WALL_SECONDS + 1
    (finding,) = [each for each in sorting.left_over if each.code.endswith("-too-costly")]
    assert finding.params["file"] == "b.key"
    assert sorting.certificates == ()
    assert_texts(sorting.left_over)


def test_rounds_that_nobody_can_count_in_half_a_kilobyte(inspector: Inspector) -> None:
    bomb = rounds_in_the_encrypted_part()
    assert len(bomb) < 512
    assert errors(inspect(inspector, UploadedFile("a.p12", bomb))) == ["file-too-costly"]


@pytest.mark.parametrize("bomb", STRANGE, ids=lambda bomb: str(bomb.__name__))
def test_a_strange_file_is_a_finding(inspector: Inspector, bomb: Callable[[], bytes]) -> None:
    begun = time.monotonic()
    inspection = inspect(inspector, UploadedFile("a.pem", bomb()))
    assert time.monotonic() - begun < WALL_SECONDS + 1
    assert errors(inspection)
    assert "file-too-costly" not in errors(inspection)
    assert_texts(inspection.findings)
