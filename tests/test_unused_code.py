"""Nothing is defined that the product does not use: what only a test calls is dead."""

from __future__ import annotations

import re
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).parents[1]
PRODUCT = ["bridge", "espo_extension", "scripts"]
# Variables and attributes are read by pydantic, templates and the standard library as well.
KINDS = {"class", "function", "import", "method", "property", "unreachable_code"}
REGISTERED = [
    *("@*.get", "@*.post", "@*.put", "@*.patch", "@*.delete", "@*.route"),
    *("@*.before_request", "@*.after_request", "@*.command", "@click.*", "@*.listens_for"),
    *("@field_validator", "@model_validator"),
]
# What others call by its name; each is looked for below.
CALLED_BY_LIBRARIES = {
    "ExtensionInWheel": "hatchling",
    "__getattr__": "Python",
    "_apply_transforms": "signxml",
    "_c14n": "signxml",
    "add_signing_time": "signxml",
    "collect": "prometheus_client",
    "data_received": "tornado",
    "format_commands": "click",
    "get_command": "click",
    "get_json": "flask",
    "headers_received": "tornado",
    "initialize": "hatchling",
    "list_commands": "click",
    "load_config": "gunicorn",
    "on_close": "tornado",
    "on_files": "mkdocs",
    "on_page_markdown": "mkdocs",
    "on_page_read_source": "mkdocs",
    "start_request": "tornado",
}
ASKED_BY_TESTS = {
    "all_of": "the counterpart of any_of in the extension's conditions",
    "issuing_certificate": "the simulator's, which nobody else needs to know",
}


def test_nothing_is_there_that_nothing_uses() -> None:
    vulture = Vulture(
        ignore_names=[*CALLED_BY_LIBRARIES, *ASKED_BY_TESTS], ignore_decorators=REGISTERED
    )
    vulture.scavenge([str(ROOT / each) for each in PRODUCT])
    templates = "".join(
        path.read_text("utf-8")
        for path in (ROOT / "espo_extension" / "templates").rglob("*")
        if path.is_file()
    )
    unused = [
        f"{each.filename.relative_to(ROOT)}:{each.first_lineno} {each.name}"
        for each in vulture.get_unused_code(min_confidence=60)
        if each.typ in KINDS and each.name not in templates
    ]
    assert not unused


def test_what_is_allowed_is_still_there() -> None:
    definitions = "".join(
        path.read_text("utf-8") for each in PRODUCT for path in (ROOT / each).rglob("*.py")
    )
    for name in {**CALLED_BY_LIBRARIES, **ASKED_BY_TESTS}:
        assert re.search(rf"(?:def|class) {name}\(", definitions), name
