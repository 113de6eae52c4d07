"""What is said of a context that is odd and may be logged in to."""

from __future__ import annotations

import pytest

from bridge.credentials.codes import ContextCode
from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.context_rules import about_context
from bridge.credentials.findings import Finding, Severity


def test_the_last_digit_that_would_fit_is_a_warning() -> None:
    context = ContextIdentifier(ContextType.INTERNAL_ID, "6824515772-12345")
    assert [*about_context(context)] == [
        Finding(
            ContextCode.INTERNAL_ID_CHECK_DIGIT,
            Severity.WARNING,
            params={"found": "6824515772-12345", "expected": "6824515772-12343"},
        )
    ]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ContextType.INTERNAL_ID, "5265877635-12346"),
        (ContextType.INTERNAL_ID, "5265877635"),
        (ContextType.NIP, "5265877635"),
        (ContextType.NIP, "6824515772-12345"),
    ],
)
def test_nothing_is_said_of_another(kind: ContextType, value: str) -> None:
    assert [*about_context(ContextIdentifier(kind, value))] == []
