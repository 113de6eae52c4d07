"""`ksef-bridge --help` answers at once: it names the commands without importing them."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from bridge.cli import main

_IMPORTED = """
import sys
from click.testing import CliRunner
from bridge.cli import main
assert "doctor" in CliRunner().invoke(main, ["--help"]).output
print(*sys.modules)
"""


@pytest.mark.parametrize("name", ["doctor", "extension", "keys", "serve", "simulator"])
def test_the_list_of_commands_says_of_each_what_it_says_of_itself(name: str) -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert f"  {name:<9}  {command.get_short_help_str(100)}\n" in output


def test_the_list_of_commands_takes_none_of_what_they_need() -> None:
    program = [sys.executable, "-c", _IMPORTED]
    imported = subprocess.run(program, check=True, capture_output=True, text=True).stdout.split()
    assert "bridge.cli" in imported
    assert not {"flask", "sqlalchemy", "cryptography", "lxml", "pydantic"} & set(imported)
