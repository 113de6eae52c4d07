"""The official addresses of each environment (KSeF documentation: srodowiska.md, kody-qr.md)."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.credentials.environment import Environment

API_URLS: Mapping[Environment, str] = {
    Environment.TEST: "https://api-test.ksef.mf.gov.pl/v2",
    Environment.DEMO: "https://api-demo.ksef.mf.gov.pl/v2",
    Environment.PRODUCTION: "https://api.ksef.mf.gov.pl/v2",
}
"""Base of the API, with its version."""

LATARNIA_URLS: Mapping[Environment, str] = {
    Environment.TEST: "https://api-latarnia-test.ksef.mf.gov.pl",
    Environment.DEMO: "https://api-latarnia-demo.ksef.mf.gov.pl",
    Environment.PRODUCTION: "https://api-latarnia.ksef.mf.gov.pl",
}
"""Base of Latarnia, which announces failures and maintenance (repository CIRFMF/ksef-latarnia)."""

QR_URLS: Mapping[Environment, str] = {
    Environment.TEST: "https://qr-test.ksef.mf.gov.pl",
    Environment.DEMO: "https://qr-demo.ksef.mf.gov.pl",
    Environment.PRODUCTION: "https://qr.ksef.mf.gov.pl",
}
"""Base of the verification links (KOD I and KOD II)."""

PORTAL_URLS: Mapping[Environment, str] = {
    Environment.TEST: "https://ap-test.ksef.mf.gov.pl/web/",
    Environment.DEMO: "https://ap-demo.ksef.mf.gov.pl/web/",
    Environment.PRODUCTION: "https://ap.ksef.mf.gov.pl/web/",
}
"""The taxpayer's web application (Aplikacja Podatnika KSeF): tokens, certificates, permissions."""
