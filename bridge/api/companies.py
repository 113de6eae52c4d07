"""What the Ministry of Finance's list of VAT payers says of a company, to fill in a profile."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, Field

from bridge.api.authentication import SECURITY, requires
from bridge.api.problems import PROBLEM_RESPONSES
from bridge.api.schemas import Body
from bridge.companies.company import LONGEST_ADDRESS, LONGEST_NAME, VatStatus
from bridge.companies.vat_payers import VatPayers
from bridge.keys.api_keys import Scope

blueprint = APIBlueprint(
    "companies", __name__, url_prefix="/v1/companies", abp_responses=PROBLEM_RESPONSES
)


class CompanyPath(BaseModel):
    nip: str = Field(max_length=32)


class CompanyAnswer(Body):
    name: str = Field(max_length=LONGEST_NAME)
    address: str | None = Field(max_length=LONGEST_ADDRESS)
    regon: str | None = Field(description="Nine or fourteen digits.")
    krs_number: str | None = Field(description="Ten digits.")
    vat_status: VatStatus | None
    as_of: date = Field(description="The day for which the list was asked, in Poland.")


@blueprint.get("/<nip>", responses={200: CompanyAnswer}, security=SECURITY)
@requires(Scope.INSPECT)
def company(path: CompanyPath) -> dict[str, Any]:
    """Name, address and numbers of the company with this NIP, as the list has them today."""
    vat_payers: VatPayers = current_app.extensions["ksef-vat-payers"]
    found = vat_payers.find(path.nip)
    return CompanyAnswer.model_validate(found, from_attributes=True).model_dump(
        mode="json", by_alias=True
    )
