"""The look that every test takes at an access token."""

from __future__ import annotations

import pytest

from bridge.simulator.authentication.json_web_tokens import JsonWebTokens, TokenType
from tests.access_tokens import take_access_token

SESSION = "20261125-AU-2F144D4C5D-7C4A602705-F1"
ANOTHER = "20261125-AU-17D5FEC2CB-CB91ED6490-66"


def test_a_token_of_its_session_is_taken() -> None:
    take_access_token(new_token(SESSION), SESSION)


def test_a_token_of_another_session_is_not_and_is_not_shown() -> None:
    token = new_token(ANOTHER)
    with pytest.raises(AssertionError) as failure:
        take_access_token(token, SESSION)
    assert f"a token of {ANOTHER} was given for {SESSION}" in str(failure.value)
    assert token not in str(failure.value)


def new_token(reference_number: str) -> str:
    return JsonWebTokens().issue(TokenType.ACCESS, reference_number, {}).token
