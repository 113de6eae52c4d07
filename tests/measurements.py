"""Figures that tests measure, told at the end of the run."""

from __future__ import annotations

import pytest

TOLD = "told"
"""The property of a test that keeps what it says of its measurements."""


def tell_measurements(terminalreporter: pytest.TerminalReporter) -> None:
    """Show them also when all is well."""
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
    ]
    told = {
        report.nodeid: [text for name, text in report.user_properties if name == TOLD]
        for report in reports
    }
    if any(told.values()):
        terminalreporter.section("measured")
    for name, lines in told.items():
        for line in lines:
            terminalreporter.line(f"{name.partition('::')[2]}: {line}")
