"""What a client sends: JSON bodies and query parameters, checked strictly.

Properties that a model does not know are ignored, as KSeF does since 2.1.2.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from flask import request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.simulator.authentication.authorization_policy import (
    IPV4,
    IPV4_MASK,
    IPV4_RANGE,
    MOST_OF_A_KIND,
    AllowedIps,
)
from bridge.simulator.context_identifiers import is_well_formed
from bridge.simulator.errors import InvalidInput, UnsupportedMediaType


class Body(BaseModel):
    """Base of all request bodies: camelCase members, no conversion between types."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="ignore",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
    )


AnyBody = TypeVar("AnyBody", bound=Body)

_WRONG_VALUE = "wartość jest nieprawidłowa."
_WANTED = {
    "missing": "pole jest wymagane.",
    "json_invalid": "treść nie jest poprawnym dokumentem JSON.",
    "model_type": "wymagany jest obiekt.",
    "model_attributes_type": "wymagany jest obiekt.",
    "list_type": "wymagana jest lista.",
    "string_type": "wymagany jest tekst.",
    "bool_type": "dozwolone są wartości true i false.",
    "int_type": "wymagana jest liczba całkowita.",
    "greater_than_equal": "dozwolone są liczby od {ge}.",
    "less_than_equal": "dozwolone są liczby do {le}.",
    "enum": "dozwolone są wartości {expected}.",
    "literal_error": "dozwolone są wartości {expected}.",
    "string_pattern_mismatch": "wartość nie odpowiada wzorcowi {pattern}.",
    "string_too_short": "wymaganych jest co najmniej {min_length} znaków.",
    "string_too_long": "dozwolonych jest najwyżej {max_length} znaków.",
    "too_short": "wymaganych jest co najmniej {min_length} elementów.",
    "too_long": "dozwolonych jest najwyżej {max_length} elementów.",
    "datetime_parsing": "wymagana jest data z godziną według ISO 8601.",
    "datetime_from_date_parsing": "wymagana jest data z godziną według ISO 8601.",
    "datetime_type": "wymagana jest data z godziną według ISO 8601.",
    "timezone_aware": "wymagana jest data z godziną i strefą czasową.",
    "value_error": "{error}.",
}


def _well_formed(body: ContextIdentifierBody) -> ContextIdentifierBody:
    if not is_well_formed(body.identifier):
        raise ValueError("wartość nie odpowiada typowi identyfikatora")
    return body


class ContextIdentifierBody(Body):
    """KSeF's `AuthenticationContextIdentifier`."""

    type: Annotated[ContextType, Field(strict=False)]
    value: str

    @property
    def identifier(self) -> ContextIdentifier:
        """The identifier as a value type."""
        return ContextIdentifier(self.type, self.value)


WellFormedContext = Annotated[ContextIdentifierBody, AfterValidator(_well_formed)]


class AllowedIpsBody(Body):
    """KSeF's `AllowedIps`."""

    ip4_addresses: (
        Annotated[
            list[Annotated[str, Field(pattern=f"^{IPV4}$")]], Field(max_length=MOST_OF_A_KIND)
        ]
        | None
    ) = None
    ip4_ranges: (
        Annotated[
            list[Annotated[str, Field(pattern=f"^{IPV4_RANGE}$")]], Field(max_length=MOST_OF_A_KIND)
        ]
        | None
    ) = None
    ip4_masks: (
        Annotated[
            list[Annotated[str, Field(pattern=f"^{IPV4_MASK}$")]], Field(max_length=MOST_OF_A_KIND)
        ]
        | None
    ) = None


class AuthorizationPolicyBody(Body):
    """KSeF's `AuthorizationPolicy`."""

    allowed_ips: AllowedIpsBody | None = None

    @property
    def allowed(self) -> AllowedIps:
        """The addresses as a value type."""
        given = self.allowed_ips or AllowedIpsBody()
        return AllowedIps(
            tuple(given.ip4_addresses or ()),
            tuple(given.ip4_ranges or ()),
            tuple(given.ip4_masks or ()),
        )


def read_body(model: type[AnyBody]) -> AnyBody:
    """The request's JSON body as `model`.

    Raises `UnsupportedMediaType` when it is not JSON by its `Content-Type`, and `InvalidInput`
    (21405) with one detail per fault when it does not fit.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Wymagany typ treści: application/json.")
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise InvalidInput(*map(_in_polish, faults)) from None


def _in_polish(fault: ErrorDetails) -> str:
    """One fault of a body as KSeF's answers are worded: where it is, and what is wanted there."""
    where = ".".join(str(step) for step in fault["loc"]) or "treść żądania"
    limits = {
        name: str(value).replace(" or ", " lub ") for name, value in fault.get("ctx", {}).items()
    }
    return f"{where}: {_WANTED.get(fault['type'], _WRONG_VALUE).format_map(limits)}"


def page_size(*, least: int = 10, most: int = 100, default: int = 10) -> int:
    """The `pageSize` parameter; raises `InvalidInput` outside its limits."""
    given = request.args.get("pageSize")
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and least <= int(given) <= most):
        raise InvalidInput(f"pageSize: dozwolone są wartości od {least} do {most}.")
    return int(given)
