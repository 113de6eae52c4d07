"""The audit: whether a package that an installation brings along is known to be vulnerable."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from releasing.refusal import Refused
from releasing.tools import TOOLS

OSV = "https://api.osv.dev/v1/query"
"""The database of known vulnerabilities (OSV, which has PyPA's and GitHub's advisories)."""

_SECONDS = 300


def audit(python: Path, database: str, accepted: Sequence[str]) -> str:
    """What is to be told of the packages of an environment, in one sentence.

    Of a database that cannot be reached that is all. Raises Refused at a vulnerability that is not
    among those accepted.
    """
    (packages,) = (python.parents[1] / "lib").glob("python*/site-packages")
    command: list[str | Path] = [
        *(TOOLS / "pip-audit", "--path", packages, "--format", "json"),
        *("--progress-spinner", "off", "--vulnerability-service", "osv", "--osv-url", database),
        *(part for each in accepted for part in ("--ignore-vuln", each)),
    ]
    try:
        finished = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
        dependencies = json.loads(finished.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return f"NOT audited for known vulnerabilities: {database} does not answer as OSV does."
    vulnerable = [
        f"{each['name']} {each['version']} ({', '.join(found['id'] for found in each['vulns'])})"
        for each in dependencies
        if each.get("vulns")
    ]
    if vulnerable:
        raise Refused(
            f"known vulnerabilities in {', '.join(vulnerable)}; raise the lower bound in "
            "pyproject.toml, or name what does not concern the bridge with --accept"
        )
    skipped = [each["name"] for each in dependencies if "skip_reason" in each]
    if skipped:
        return f"NOT audited for known vulnerabilities: {', '.join(skipped)}."
    return f"{len(dependencies)} packages audited: no vulnerability is known that is not accepted."
