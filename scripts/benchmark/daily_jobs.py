"""What the daily jobs in EspoCRM ask its database and KSeF where nothing has changed.

Statements are all that EspoCRM's database server was sent meanwhile, by the bridge as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmark.espocrm import BridgedEspoCrm
from benchmark.table import Row, Target, Unit
from tests.e2e.many_certificates import new_companies
from tests.installation import difference

_JOBS = ("KsefSynchronizeCertificates", "KsefRenewCertificates")
_FEW = (1, 10)


@dataclass(frozen=True, slots=True)
class Companies:
    """So many companies with so many certificates each."""

    number: int
    certificates: int


@dataclass(frozen=True, slots=True)
class _Run:
    certificates: int
    companies: int
    statements: int
    calls: int


def daily_job_rows(bridged: BridgedEspoCrm, companies: Companies) -> list[Row]:
    """States, notices and renewals: of ten certificates, then of many."""
    few = _second_run(bridged, Companies(*_FEW))
    many = _second_run(bridged, companies)
    name = f"Daily jobs of {many.certificates:,} certificates, nothing changed"
    return [
        Row(
            measured=f"{name}: statements for each",
            ours=many.statements / many.certificates,
            against=f"the same with {few.certificates}",
            other=few.statements / few.certificates,
            unit=Unit.TIMES,
            target=Target("≤", 1.2),
        ),
        Row(
            measured=f"{name}: calls to KSeF",
            ours=many.calls,
            against="one list for each company",
            other=many.companies,
            unit=Unit.TIMES,
            target=Target("≤", 1.2),
        ),
    ]


def _second_run(bridged: BridgedEspoCrm, companies: Companies) -> _Run:
    """The first logs in and stores what KSeF says of these certificates."""
    bridged.retire()
    new_companies(bridged.espocrm, bridged.bridge, companies.number, companies.certificates)
    bridged.espocrm.script("run_jobs.php", *_JOBS)
    calls, statements = bridged.bridge.ksef_calls(), _statements(bridged)
    bridged.espocrm.script("run_jobs.php", *_JOBS)
    return _Run(
        certificates=companies.number * companies.certificates,
        companies=companies.number,
        statements=_statements(bridged) - statements,
        calls=sum(difference(calls, bridged.bridge.ksef_calls()).values()),
    )


def _statements(bridged: BridgedEspoCrm) -> int:
    [row] = bridged.espocrm.rows("SHOW GLOBAL STATUS LIKE 'Questions'")
    return int(row["Value"])
