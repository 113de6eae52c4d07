"""Looking for secrets in files, in each form in which a careless writer would have left them."""

from __future__ import annotations

import base64
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_SHORTEST_LINE = 8
_OUTCOMES_OF_GREP = {0, 1}


def leaks(folders: Sequence[Path], secrets: Iterable[bytes]) -> list[str]:
    """The files below `folders` that hold one of the secrets; the secret itself is not shown."""
    forms = {form for secret in secrets for form in written_forms(secret)}
    # Of these grep would find a line everywhere.
    short = {form for form in forms if len(_longest_line(form)) < _SHORTEST_LINE}
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    everywhere = list(files) if short else []
    suspects = _suspects(folders, forms - short)
    # A secret that ends with a line's end is found in two of its forms.
    holding = {*_holding(everywhere, short), *_holding(suspects, forms - short)}
    return sorted(path.name for path in holding)


def _holding(paths: Iterable[Path], forms: set[bytes]) -> Iterator[Path]:
    for path in paths:
        content = path.read_bytes()
        if any(form in content for form in forms):
            yield path


def _longest_line(form: bytes) -> bytes:
    return max(re.split(rb"[\n\r\0]", form), key=len)


def written_forms(secret: bytes) -> set[bytes]:
    """The secret as it is, and as a careless writer would encode it."""
    body = b"".join(line for line in secret.splitlines() if not line.startswith(b"-----"))
    return {
        secret,
        secret.hex().encode(),
        base64.b64encode(secret),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
        body or secret,
        secret.replace(b"\n", b"\\n"),
    }


def _suspects(folders: Sequence[Path], forms: set[bytes]) -> list[Path]:
    """The files that may hold one of the forms.

    grep looks for all of them in one pass, where Python would read each file once for each form.
    It takes lines: the longest one of a form stands for all of it.
    """
    lines = set(map(_longest_line, forms))
    finished = subprocess.run(
        ["grep", "-rlZaF", "-f", "-", *folders],
        input=b"\n".join(sorted(lines)),
        capture_output=True,
        env={**os.environ, "LC_ALL": "C"},
        check=False,
    )
    assert finished.returncode in _OUTCOMES_OF_GREP, finished.stderr.decode()
    return [Path(os.fsdecode(name)) for name in finished.stdout.split(b"\0") if name]
