"""Reading profiles: one query, deleted rows do not exist, an unreachable database is told apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, insert, update
from sqlalchemy.engine import make_url

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.database import connect
from bridge.espocrm.errors import (
    CertificateNotFound,
    EspoCrmUnreachable,
    ProfileIncomplete,
    ProfileNotFound,
)
from bridge.espocrm.profiles import AuthorizationType, Profiles
from bridge.espocrm.tables import ksef_certificate, ksef_profile, metadata

PROFILE = {
    "id": "6740a1b2c3d4e5f60",
    "deleted": False,
    "status": "Active",
    "nip": "5265877635",
    "internal_id": "",
    "environment": "Test",
    "authorization_type": "Certificate",
    "authorization_certificate_id": "6740a1b2c3d4e5f61",
    "offline_certificate_id": "6740a1b2c3d4e5f62",
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(make_url(f"sqlite:///{tmp_path}/espocrm.sqlite3"))
    metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(insert(ksef_profile).values(PROFILE))
        for number, kind in ((1, "Authentication"), (2, "Offline")):
            connection.execute(
                insert(ksef_certificate).values(
                    id=f"6740a1b2c3d4e5f6{number}", deleted=False, status="Active", type=kind
                )
            )
    yield engine
    engine.dispose()


def change(engine: Engine, **values: object) -> None:
    with engine.connect() as connection:
        connection.execute(update(ksef_profile).values(**values))


def statements_of(engine: Engine) -> list[str]:
    """What the database is asked from now on."""
    statements: list[str] = []
    engine.dispose()
    event.listen(
        engine, "connect", lambda connection, _: connection.set_trace_callback(statements.append)
    )
    return statements


def test_a_profile_comes_with_its_certificate_in_one_query(engine: Engine) -> None:
    statements = statements_of(engine)
    profile = Profiles(engine).get(PROFILE["id"])  # type: ignore[arg-type]
    assert len(statements) == 1
    assert profile.environment is Environment.TEST
    assert profile.authorization_type is AuthorizationType.CERTIFICATE
    assert profile.authorization_certificate is not None
    assert profile.authorization_certificate.type == "Authentication"


def test_the_offline_certificate_is_read_by_a_query_of_its_own(engine: Engine) -> None:
    statements = statements_of(engine)
    profile = Profiles(engine).get_offline("6740a1b2c3d4e5f60")
    assert len(statements) == 1
    assert profile.is_active
    assert profile.context == ContextIdentifier(ContextType.NIP, "5265877635")
    assert profile.offline_certificate is not None
    assert profile.offline_certificate.type == "Offline"
    change(engine, offline_certificate_id=None)
    assert Profiles(engine).get_offline("6740a1b2c3d4e5f60").offline_certificate is None
    with pytest.raises(ProfileNotFound):
        Profiles(engine).get_offline("6740A1B2C3D4E5F60")
    change(engine, environment="")
    with pytest.raises(ProfileIncomplete):
        Profiles(engine).get_offline("6740a1b2c3d4e5f60")


def test_the_context_is_the_unit_where_the_profile_names_one(engine: Engine) -> None:
    profiles = Profiles(engine)
    company = profiles.get("6740a1b2c3d4e5f60").context
    assert company == ContextIdentifier(ContextType.NIP, "5265877635")
    change(engine, internal_id="5265877635-12346")
    unit = profiles.get("6740a1b2c3d4e5f60").context
    assert unit == ContextIdentifier(ContextType.INTERNAL_ID, "5265877635-12346")


def test_a_change_is_seen_by_the_next_read(engine: Engine) -> None:
    profiles = Profiles(engine)
    assert profiles.get("6740a1b2c3d4e5f60").is_active
    change(engine, status="Inactive")
    assert not profiles.get("6740a1b2c3d4e5f60").is_active


def test_a_certificate_is_found_whether_a_profile_uses_it_or_not(engine: Engine) -> None:
    assert Profiles(engine).certificate("6740a1b2c3d4e5f62").type == "Offline"
    with pytest.raises(CertificateNotFound):
        Profiles(engine).certificate("6740a1b2c3d4e5f69")


def test_deleted_rows_do_not_exist(engine: Engine) -> None:
    profiles = Profiles(engine)
    with engine.connect() as connection:
        connection.execute(update(ksef_certificate).values(deleted=True))
    profile = profiles.get("6740a1b2c3d4e5f60")
    assert profile.authorization_certificate is None
    with pytest.raises(CertificateNotFound):
        profiles.certificate("6740a1b2c3d4e5f61")
    change(engine, deleted=True)
    with pytest.raises(ProfileNotFound):
        profiles.get("6740a1b2c3d4e5f60")


def test_an_unknown_profile_is_not_found(engine: Engine) -> None:
    with pytest.raises(ProfileNotFound):
        Profiles(engine).get("nobody")


def test_a_profile_without_environment_is_incomplete(engine: Engine) -> None:
    change(engine, environment=None)
    with pytest.raises(ProfileIncomplete):
        Profiles(engine).get("6740a1b2c3d4e5f60")


def test_missing_tables_and_an_absent_server_are_told_without_the_url(tmp_path: Path) -> None:
    for url in (
        f"sqlite:///{tmp_path}/empty.sqlite3",
        "mysql+pymysql://reader:do-not-show@127.0.0.1:1/espocrm",
    ):
        engine = connect(make_url(url))
        with pytest.raises(EspoCrmUnreachable) as caught:
            Profiles(engine).get("6740a1b2c3d4e5f60")
        assert "do-not-show" not in repr(caught.value)
        assert caught.value.__cause__ is None
        engine.dispose()
