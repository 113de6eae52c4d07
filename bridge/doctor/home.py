"""Whose bridge this is: of the EspoCRM whose database it reads, or of another one."""

from __future__ import annotations

from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, ok, warning
from bridge.state.home import Home, elsewhere

_NAME = "home"


def check_home(home: Home | None, database: str) -> Result:
    """`home` as it is stored, `database` that of the settings."""
    if home is None:
        return ok(_NAME, DoctorCode.HOME_NOT_SET)
    found = elsewhere(home, database, None)
    if found is None:
        return ok(_NAME, DoctorCode.HOME_IS_THIS, home=home.site_url, database=home.database)
    addresses = {"home": found.home, "here": found.here, "site": home.site_url}
    return warning(_NAME, DoctorCode.HOME_IS_ANOTHER, **addresses)
