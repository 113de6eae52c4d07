"""A secret that is entered while the one before it is being forgotten stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.breaking_proxy import BreakingPoint, BreakingProxy, breaking_proxy
from tests.e2e.bridge_settings import other_bridge
from tests.e2e.certificate_life import Life
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip

LOG_OUT = r"/sessions$"


@pytest.fixture
def proxy(bridge: Installation, root_user: RestUser) -> Iterator[BreakingProxy]:
    with (
        breaking_proxy(bridge) as proxy,
        other_bridge(root_user, bridge, proxy.url, bridge.api_key),
    ):
        yield proxy


def while_logging_out(proxy: BreakingProxy, act: Callable[[], None]) -> None:
    proxy.break_at(BreakingPoint("DELETE", LOG_OUT, "before", act))


def test_a_token_that_was_pasted_meanwhile_stays(
    life: Life, proxy: BreakingProxy, bridge: Installation
) -> None:
    nip, user = new_nip(), life.records.user
    profile = life.records.token_profile("Zapomniany token", nip, bridge.new_ksef_token(nip))
    forgotten = life.profile(profile)["tokenReference"]
    newer = bridge.new_ksef_token(nip)
    while_logging_out(proxy, lambda: user.done("PUT", f"KsefProfile/{profile}", {"token": newer}))
    user.done("POST", f"KsefProfile/{profile}/forgetCredential", {})
    assert proxy.reached.is_set()
    assert life.profile(profile)["tokenReference"] == newer.partition("|")[0] != forgotten
    assert life.records.connection_test(profile)["connectionStatus"] == "Connected"
    user.done("POST", f"KsefProfile/{profile}/forgetCredential", {})
    assert life.profile(profile)["tokenReference"] is None


def test_a_key_that_was_uploaded_meanwhile_stays(life: Life, proxy: BreakingProxy) -> None:
    nip, user = new_nip(), life.records.user
    certificate = life.certificate(nip)
    profile = life.records.certificate_profile("Zapomniany klucz", nip, certificate)
    files = life.files(nip, "Authentication")
    while_logging_out(proxy, lambda: life.upload_over(certificate, files))
    user.done("POST", f"KsefCertificate/{certificate}/forgetCredential", {})
    assert proxy.reached.is_set()
    assert life.status(certificate) == "Active"
    assert life.records.connection_test(profile)["connectionStatus"] == "Connected"
    user.done("POST", f"KsefCertificate/{certificate}/forgetCredential", {})
    assert life.status(certificate) == "Inactive"
