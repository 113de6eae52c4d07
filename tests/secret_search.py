"""Looking for secrets in files, in each form in which a careless writer would have left them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path


def leaks(folder: Path, secrets: Iterable[bytes]) -> list[str]:
    """The files below `folder` that hold one of the secrets; the secret itself is not shown."""
    forms = {form for secret in secrets for form in written_forms(secret)}
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [path.name for form in forms if form in content]
    return found


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
