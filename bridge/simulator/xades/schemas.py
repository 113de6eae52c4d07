"""KSeF's own schemas of the login request, where their files are at hand."""

from __future__ import annotations

import os
import re
from pathlib import Path

from lxml import etree

from bridge.simulator.errors import BadRequest
from bridge.simulator.xades.xml_documents import parse

FOLDER_VARIABLE = "KSEF_SIMULATOR_XSD_FOLDER"
DEFAULT_FOLDER = Path("../shared/ksef")

_FILES = ("auth-token-request-2.0.xsd", "auth-token-request-2.1.xsd")
_PATTERN = re.compile(r'(<xsd:pattern value=")([^"]*)(")')


class Schemas:
    """The compiled schemas by target namespace; empty when there is no folder of them."""

    def __init__(self, folder: Path | None) -> None:
        files = [folder / name for name in _FILES] if folder else []
        self._by_namespace = dict(_compile(file) for file in files if file.is_file())

    def check(self, octets: bytes) -> None:
        """Refuse with 21401 a request that its schema refuses."""
        root = parse(octets)
        schema = self._by_namespace.get(etree.QName(root).namespace or "")
        if schema is None:
            return
        try:
            schema.assertValid(root)
        except etree.DocumentInvalid as error:
            raise BadRequest(
                21401, "Dokument nie jest zgodny ze schemą (xsd).", str(error)
            ) from None


def schema_folder() -> Path | None:
    """The folder that the environment names, else the project's shared one, else None."""
    given = os.environ.get(FOLDER_VARIABLE)
    folder = Path(given) if given else DEFAULT_FOLDER
    return folder if folder.is_dir() else None


def _compile(file: Path) -> tuple[str, etree.XMLSchema]:
    """Compile a schema with its patterns as they are meant.

    The published files use `^`, `$` and `\\b` as .NET does; in XSD the first two are literals and
    would refuse every NipVatUe and PeppolId, and the third does not compile (pitfalls C.7).
    """
    text = file.read_text(encoding="utf-8-sig")
    patched = _PATTERN.sub(lambda found: found[1] + _meant(found[2]) + found[3], text)
    root = parse(patched.encode())
    return str(root.get("targetNamespace")), etree.XMLSchema(root)


def _meant(pattern: str) -> str:
    return pattern.removeprefix("^").removesuffix("$").replace(r"\b", "")
