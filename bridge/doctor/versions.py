"""Which versions run here."""

from __future__ import annotations

import platform
from importlib.metadata import version

from cryptography.hazmat.backends.openssl import backend

from bridge import __version__
from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, ok


def check_versions() -> list[Result]:
    """The bridge's version, Python's, and those of the libraries that matter in a fault report."""
    return [
        ok(
            "versions",
            DoctorCode.VERSIONS,
            bridge=__version__,
            python=platform.python_version(),
            cryptography=version("cryptography"),
            openssl=backend.openssl_version_text(),
            sqlalchemy=version("sqlalchemy"),
            pymysql=version("pymysql"),
            gunicorn=version("gunicorn"),
            tornado=version("tornado"),
        )
    ]
