"""What a narrower API key may not do: other environments' calls, and other profiles'.

Whatever names a profile or an environment in its path is refused here, before its view runs. A view
whose body names one, or that works on what a profile left elsewhere, says so by calling `admit_…`.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, current_app, g, request

from bridge.api.problems import Problem
from bridge.espocrm.profiles import Profiles
from bridge.keys.api_keys import ApiKey, Scope


def register_restrictions(app: Flask) -> None:
    """Check every request whose caller is admitted; to be registered after the authentication."""

    @app.before_request
    def check() -> None:
        named = request.view_args or {}
        if "profile_id" in named:
            admit_profile(named["profile_id"])
        if "environment" in named:
            admit_environments([named["environment"]])


def admit_profile(profile_id: str) -> None:
    """Raises Problem: 403 when the caller's key is bound to others, or to another environment."""
    bound = _key().restrictions
    if bound.profiles is not None and profile_id not in bound.profiles:
        raise Problem(403, "api-key-of-other-profiles", {"profile": profile_id})
    if bound.environments is not None:
        profiles: Profiles = current_app.extensions["ksef-profiles"]
        admit_environments([profiles.environment(profile_id)])


def admit_environments(environments: Iterable[str]) -> None:
    """Raises Problem: 403 when the caller's key is bound to others.

    When it is bound to none, they are not looked at.
    """
    bound = _key().restrictions.environments
    if bound is None:
        return
    for environment in environments:
        if environment not in bound:
            params = {"environment": environment, "environments": ", ".join(sorted(bound))}
            raise Problem(403, "api-key-of-other-environments", params)


def admit_certificate(certificate_id: str | None) -> None:
    """Of a certificate that is to sign in place of the profile's own, if one is named.

    Raises Problem: 403 when the caller's key is bound to profiles, unless it administers them.
    """
    key = _key()
    is_bound = key.restrictions.profiles is not None
    if certificate_id is not None and is_bound and Scope.ADMINISTER not in key.scopes:
        raise Problem(403, "api-key-scope-missing", {"scope": Scope.ADMINISTER.value})


def _key() -> ApiKey:
    key: ApiKey = g.api_key
    return key
