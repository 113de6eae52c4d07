"""The floor of an access token: a Flask view with one SELECT by primary key, and nothing else.

SQLAlchemy Core on PyMySQL in autocommit, its pool as it is by default but for the size, the
statement made once. The server is the bridge's own.
"""

from __future__ import annotations

import os

import click
from flask import Flask, Response, jsonify
from sqlalchemy import bindparam, create_engine, select

from bridge.espocrm.tables import ksef_profile
from bridge.serving import Listener, serve

DATABASE_VARIABLE = "BENCHMARK_DATABASE_URL"
_QUERY = select(ksef_profile.c.id, ksef_profile.c.nip, ksef_profile.c.status).where(
    ksef_profile.c.id == bindparam("id")
)
_EMPTY_BODY = '{"filling":"","id":"live-00","nip":"5265877635","status":"Active"}\n'


def bare_application(database_url: str, threads: int, body_bytes: int) -> Flask:
    """An application whose answers are as long as `body_bytes` says."""
    app = Flask("bare-view", static_folder=None)
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT", pool_size=threads)
    filling = "x" * (body_bytes - len(_EMPTY_BODY))

    def view(profile_id: str) -> Response:
        with engine.connect() as connection:
            row = connection.execute(_QUERY, {"id": profile_id}).one()
        return jsonify(id=row.id, nip=row.nip, status=row.status, filling=filling)

    app.add_url_rule("/v1/profiles/<profile_id>/access-token", view_func=view, methods=["POST"])
    return app


@click.command()
@click.argument("port", type=int)
@click.argument("workers", type=int)
@click.argument("threads", type=int)
@click.argument("body_bytes", type=int)
def main(port: int, workers: int, threads: int, body_bytes: int) -> None:
    """Serve on loopback; the database's URL is an environment variable, for it has a password."""
    serve(
        lambda: bare_application(os.environ[DATABASE_VARIABLE], threads, body_bytes),
        Listener(f"127.0.0.1:{port}", workers, threads),
        when_ready=lambda: None,
    )


if __name__ == "__main__":
    main()
