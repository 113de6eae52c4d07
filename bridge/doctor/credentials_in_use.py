"""Credentials of active profiles that end: KSeF tokens by law, certificates by their dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from bridge.credentials.token_validity import TokenValidity
from bridge.doctor.codes import DoctorCode
from bridge.doctor.espocrm_content import DescribedProfile, EspoCrmContent, LinkedCertificate
from bridge.doctor.results import Result, failed, ok, warning

_TOKENS = "ksef-tokens"
_CERTIFICATES = "certificates"
_TOKENS_SOON = timedelta(days=60)
_CERTIFICATES_SOON = timedelta(days=30)
_MOST_NAMES = 10


def check_tokens(content: EspoCrmContent, validity: TokenValidity) -> Result:
    """Whether profiles still log in by token when tokens are about to end, or have ended by law."""
    count = sum(1 for profile in content.active if profile.uses_token)
    left = validity.lawful_until - datetime.now(UTC).date()
    params: dict[str, str | int] = {
        "count": count,
        "date": validity.lawful_until.isoformat(),
        "announced": validity.announced_until.isoformat(),
        "announcedOn": validity.announced_on.isoformat(),
    }
    if count and left < timedelta(0):
        return ok(_TOKENS, DoctorCode.TOKENS_ENDED, **params)
    if count and left <= _TOKENS_SOON:
        return warning(_TOKENS, DoctorCode.TOKENS_END, **params, days=left.days)
    return ok(_TOKENS, DoctorCode.TOKENS_SERVE, **params)


def check_certificates(content: EspoCrmContent) -> list[Result]:
    """One line for all certificates in use, or one for each thing that is wrong with some."""
    now = datetime.now(UTC)
    ended = _profiles(content.active, lambda each: each.ends is not None and each.ends <= now)
    soon = _profiles(
        content.active,
        lambda each: each.ends is not None and now < each.ends <= now + _CERTIFICATES_SOON,
    )
    inactive = _profiles(content.active, lambda each: each.status != "Active")
    results = []
    if inactive:
        results.append(_named(failed, DoctorCode.CERTIFICATES_NOT_ACTIVE, inactive))
    if ended:
        results.append(_named(failed, DoctorCode.CERTIFICATES_ENDED, ended))
    if soon:
        results.append(_named(warning, DoctorCode.CERTIFICATES_END, soon))
    if results:
        return results
    count = sum(len(profile.certificates) for profile in content.active)
    return [ok(_CERTIFICATES, DoctorCode.CERTIFICATES_SERVE, count=count)]


def _profiles(
    profiles: Iterable[DescribedProfile], applies: Callable[[LinkedCertificate], bool]
) -> list[str]:
    return sorted(profile.name for profile in profiles if any(map(applies, profile.certificates)))


def _named(make: Callable[..., Result], code: DoctorCode, names: list[str]) -> Result:
    shown = ", ".join(f"“{name}”" for name in names[:_MOST_NAMES])
    more = ", …" if len(names) > _MOST_NAMES else ""
    return make(_CERTIFICATES, code, count=len(names), names=shown + more)
