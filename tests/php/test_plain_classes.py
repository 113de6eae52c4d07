"""The extension's plain PHP classes, without EspoCRM, and the strictness of their tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.php.phpunit import run_phpunit

SKIPPED = "self::markTestSkipped('not today');"
EMPTY = ""
FAILED = "self::assertTrue(false);"
CHATTY = "self::assertTrue(true); echo 'hello';"
DEPRECATED = "self::assertTrue(true); trigger_error('old', E_USER_DEPRECATED);"


def test_the_plain_classes() -> None:
    outcome = run_phpunit("--testsuite", "unit")
    assert outcome.code == 0, outcome.output
    assert "\nOK (" in outcome.output, outcome.output


@pytest.mark.parametrize("body", [SKIPPED, EMPTY, FAILED, CHATTY, DEPRECATED])
def test_a_run_fails_with_a_test_that_proves_nothing(tmp_path: Path, body: str) -> None:
    path = tmp_path / "DoubtfulTest.php"
    path.write_text(
        "<?php final class DoubtfulTest extends PHPUnit\\Framework\\TestCase"
        f" {{ public function testIt(): void {{ {body} }} }}"
    )
    assert run_phpunit(str(path)).code != 0
