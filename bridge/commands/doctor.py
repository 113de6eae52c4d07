"""`ksef-bridge doctor`: checks an installation and says what is wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

import click

from bridge.commands.language import language_option, language_spoken
from bridge.doctor.examination import examine
from bridge.doctor.results import Result, gravest
from bridge.logs import configure_logging
from bridge.messages import Catalogue, Language


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
    messages = _Messages(Catalogue.load(), language_spoken(language))
    found = examine(os.environ, all_environments=all_environments)
    results = messages.print_json(found) if as_json else messages.print_lines(found)
    context.exit(gravest(results))


class _Messages:
    def __init__(self, catalogue: Catalogue, language: Language) -> None:
        self._catalogue = catalogue
        self._language = language

    def print_lines(self, found: Iterable[Result]) -> list[Result]:
        results = []
        for result in found:
            status = result.status.name.lower()
            click.echo(f"{status:<8}{result.name:<24}{self._text(result)}")
            results.append(result)
        return results

    def print_json(self, found: Iterable[Result]) -> list[Result]:
        results = list(found)
        described = [
            {
                "name": result.name,
                "status": result.status.name.lower(),
                "code": result.code.value,
                "params": result.params,
                "message": self._text(result),
            }
            for result in results
        ]
        click.echo(json.dumps(described, ensure_ascii=False, indent=2))
        return results

    def _text(self, result: Result) -> str:
        text = self._catalogue.text(result.code, self._language, result.params)
        # A profile's name may hold anything; a line stays one line, and a terminal unharmed.
        return "".join(character if character.isprintable() else " " for character in text)
