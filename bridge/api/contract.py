"""Callers who name another version of this interface than the bridge speaks are refused."""

from __future__ import annotations

from flask import Flask, request

from bridge.api.problems import Problem
from bridge.api.service import CONTRACT

HEADER = "X-KSeF-Contract"

# Whoever does not fit must be able to learn why.
_OPEN_TO_ALL_CONTRACTS = frozenset({"/v1/info"})
_LONGEST_SHOWN = 20


def register_contract_check(app: Flask) -> None:
    """Refuse a request that names another contract, before its body is looked at."""

    @app.before_request
    def check_contract() -> None:
        spoken = request.headers.get(HEADER)
        if spoken is None or request.path in _OPEN_TO_ALL_CONTRACTS:
            return
        if spoken.strip() != str(CONTRACT):
            params: dict[str, str | int] = {"caller": spoken[:_LONGEST_SHOWN], "bridge": CONTRACT}
            raise Problem(400, "contract-unsupported", params)
