"""`ksef-bridge doctor`: checks an installation and says what is wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import click

from bridge.commands.messages import Messages
from bridge.doctor.examination import examine
from bridge.doctor.results import Result, Status, gravest
from bridge.logs import configure_logging
from bridge.messages import Language, Message
from bridge.spoken_language import language_option, language_spoken


@click.command()
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array for machines.")
@click.option(
    "--all-environments",
    is_flag=True,
    help="Ask KSeF in all three environments, not only in those that active profiles use.",
)
@click.pass_context
def doctor(
    context: click.Context, language: Language | None, as_json: bool, all_environments: bool
) -> None:
    """Check this installation and say what is wrong and what to do.

    Takes the settings that `serve` takes, changes nothing, and may run beside a running bridge.
    Exits with 0 when all is well, 1 with warnings, 2 when something failed.
    """
    configure_logging()
    report = _Report(Messages(language_spoken(language)))
    found = examine(os.environ, all_environments=all_environments)
    results = report.print_json(found) if as_json else report.print_lines(found)
    context.exit(gravest(results))


class _Report:
    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def print_lines(self, found: Iterable[Result]) -> list[Result]:
        results = []
        for result in found:
            status = result.status.name.lower()
            message = self._message(result)
            click.echo(f"{status:<8}{result.name:<24}{message.text}")
            if message.page is not None and result.status is not Status.OK:
                click.echo(f"{'':<32}{message.page}")
            results.append(result)
        return results

    def print_json(self, found: Iterable[Result]) -> list[Result]:
        results = list(found)
        described = [self._described(result) for result in results]
        click.echo(json.dumps(described, ensure_ascii=False, indent=2))
        return results

    def _described(self, result: Result) -> dict[str, Any]:
        message = self._message(result)
        page = {} if message.page is None else {"documentation": message.page}
        return {
            "name": result.name,
            "status": result.status.name.lower(),
            "code": result.code.value,
            "params": result.params,
            "message": message.text,
            **page,
        }

    def _message(self, result: Result) -> Message:
        message = self._messages.of(result.code, result.params)
        # A profile's name may hold anything; a line stays one line, and a terminal unharmed.
        line = "".join(each if each.isprintable() else " " for each in message.text)
        return replace(message, text=line)
