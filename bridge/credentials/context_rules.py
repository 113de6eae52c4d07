"""What is odd about a context that one may log in to all the same."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.credentials.codes import ContextCode
from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.findings import Finding, Severity
from bridge.credentials.identifiers import internal_id_that_fits, is_internal_id


def about_context(context: ContextIdentifier) -> Iterator[Finding]:
    """A warning about an internal identifier whose last digit does not check the others."""
    if context.type is not ContextType.INTERNAL_ID or not is_internal_id(context.value):
        return
    fitting = internal_id_that_fits(context.value)
    if fitting != context.value:
        params: dict[str, str | int] = {"found": context.value, "expected": fitting}
        code = ContextCode.INTERNAL_ID_CHECK_DIGIT
        yield Finding(code, Severity.WARNING, params=params)
