"""The verification links of an invoice with their QR images. KSeF may be away."""

from __future__ import annotations

import base64
from typing import Any

from flask import current_app
from flask_openapi3.blueprint import APIBlueprint

from bridge.api.authentication import SECURITY, requires
from bridge.api.problems import PROBLEM_RESPONSES, message_of
from bridge.api.restrictions import admit_certificate
from bridge.api.schemas import (
    FindingBody,
    ProfilePath,
    VerificationLinkBody,
    VerificationLinksAnswer,
    VerificationLinksRequest,
)
from bridge.keys.api_keys import Scope
from bridge.offline.invoice_description import InvoiceDescription
from bridge.offline.qr_image import qr_image
from bridge.offline.qr_png import png
from bridge.offline.qr_svg import svg
from bridge.offline.verification_links import VerificationLink, VerificationLinks

blueprint = APIBlueprint(
    "verification_links", __name__, url_prefix="/v1/profiles", abp_responses=PROBLEM_RESPONSES
)


@blueprint.post(
    "/<profile_id>/verification-links",
    responses={200: VerificationLinksAnswer},
    security=SECURITY,
)
@requires(Scope.TOKEN)
def verification_links(path: ProfilePath, body: VerificationLinksRequest) -> dict[str, Any]:
    """KOD I of an invoice and, when it is issued offline, KOD II signed for the profile."""
    admit_certificate(body.offline_certificate_id)
    maker: VerificationLinks = current_app.extensions["ksef-verification-links"]
    links = maker.of(
        path.profile_id,
        _described(body),
        ksef_number=body.ksef_number or None,
        offline=body.offline,
        offline_certificate_id=body.offline_certificate_id,
    )
    return VerificationLinksAnswer(
        kod1=_with_images(links.kod1, with_png=body.png),
        kod2=None if links.kod2 is None else _with_images(links.kod2, with_png=body.png),
        findings=[
            FindingBody.of(each, message_of(each.code, each.params)) for each in links.findings
        ]
        or None,
    ).model_dump(mode="json", by_alias=True, exclude_none=True)


def _described(body: VerificationLinksRequest) -> InvoiceDescription:
    return InvoiceDescription(
        sha256=body.invoice_sha256 or None,
        xml=None if body.invoice_xml is None else body.invoice_xml.get_secret_value(),
        issue_date=body.issue_date or None,
        seller_nip=body.seller_nip or None,
    )


def _with_images(link: VerificationLink, *, with_png: bool) -> VerificationLinkBody:
    image = qr_image(link.url, link.label)
    return VerificationLinkBody(
        url=link.url,
        label=link.label,
        svg=svg(image),
        png=base64.b64encode(png(image)).decode() if with_png else None,
    )
