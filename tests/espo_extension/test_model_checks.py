"""Each thing that can be wrong in the model stops the build with its own line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from espo_extension.build.model_checks import check_model
from espo_extension.model.conditions import FieldLogic, OptionLogic, all_of, equals, is_not_empty
from espo_extension.model.entity import Index
from espo_extension.model.extension import Extension
from espo_extension.model.fields import Field, Option, Secrecy
from espo_extension.model.layouts import Column, Panel
from espo_extension.model.text import Text
from tests.espo_extension.sources import (
    entity_named,
    field_named,
    refusal,
    with_entity,
    with_field,
    with_layout,
)

PROFILE, CERTIFICATE = "KsefProfile", "KsefCertificate"
LABEL = Text("A label", "Etykieta")

Break = Callable[[Extension], Extension]


def test_the_model_as_it_is_passes(extension: Extension) -> None:
    check_model(extension)


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        (
            lambda it: with_field(it, PROFILE, "token", secrecy=Secrecy.NONE),
            "KsefProfile.token is a secret without a restriction",
        ),
        (
            lambda it: with_field(it, CERTIFICATE, "keyFile", secrecy=Secrecy.NONE),
            "KsefCertificate.keyFile is a secret without a restriction",
        ),
        (
            lambda it: with_field(it, CERTIFICATE, "password", stored=True),
            "KsefCertificate.password takes a secret and would store it: it must have no column",
        ),
        (
            lambda it: with_field(it, CERTIFICATE, "privateKeySealed", audited=True),
            "KsefCertificate.privateKeySealed is a secret and would be written to the audit log",
        ),
        (
            lambda it: with_field(it, PROFILE, "tokenSealed", is_secret=False),
            "KsefProfile.tokenSealed looks like a secret and is not declared as one",
        ),
        (
            lambda it: with_new_field(it, Field(name="pin", type="password", label=LABEL)),
            "KsefProfile.pin looks like a secret and is not declared as one",
        ),
        (
            lambda it: replace(
                it, settings=(it.settings[0], replace(it.settings[1], level="admin"))
            ),
            "Settings.ksefBridgeApiKey is a secret but its level is admin",
        ),
    ],
)
def test_a_secret_that_could_be_read_or_stored(
    extension: Extension, changed: Break, line: str
) -> None:
    assert refusal(changed(extension)) == line


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        (
            lambda it: with_field(it, PROFILE, "environment", options=(Option("Production"),)),
            "KsefProfile.environment: the option Production has no label",
        ),
        (
            lambda it: with_field(it, PROFILE, "status", default="Unheard"),
            "KsefProfile.status: the default Unheard is no option",
        ),
        (
            lambda it: with_field(it, PROFILE, "nip", pattern="unheard"),
            "KsefProfile.nip: there is no pattern unheard",
        ),
        (
            lambda it: with_field(it, PROFILE, "regon", max_length=None),
            "KsefProfile.regon has no length, so its column would be too wide",
        ),
        (
            lambda it: with_field(it, PROFILE, "regon", name="nip"),
            "KsefProfile declares nip twice",
        ),
        (
            lambda it: with_entity(it, PROFILE, links=()),
            "KsefProfile.authorizationCertificate is a link field without a link",
        ),
        (
            lambda it: with_entity(it, CERTIFICATE, links=()),
            "KsefProfile.authorizationCertificate: KsefCertificate.authorizationProfiles "
            "does not lead back",
        ),
        (
            lambda it: with_entity(it, PROFILE, indexes=(Index("some", ("nip", "token")),)),
            "KsefProfile: the index some uses token, which has no column",
        ),
        (
            lambda it: with_entity(it, PROFILE, order_by="unheard"),
            "KsefProfile: the order uses unheard, which has no column",
        ),
    ],
)
def test_a_field_or_link_that_does_not_fit(extension: Extension, changed: Break, line: str) -> None:
    assert refusal(changed(extension)) == line


@pytest.mark.parametrize("layout", ["list", "list_small"])
def test_a_list_naming_an_unknown_field(extension: Extension, layout: str) -> None:
    changed = with_layout(extension, PROFILE, **{layout: (Column("unheard"),)})
    espocrms = {"list": "list", "list_small": "listSmall"}[layout]
    assert refusal(changed) == (
        f"KsefProfile: the layout {espocrms} names unheard, which is no field"
    )


@pytest.mark.parametrize("layout", ["detail", "detail_small"])
def test_a_form_naming_an_unknown_or_forbidden_field(extension: Extension, layout: str) -> None:
    espocrms = {"detail": "detail", "detail_small": "detailSmall"}[layout]
    for field, complaint in (
        ("unheard", "names unheard, which is no field"),
        ("tokenSealed", "shows tokenSealed, which is forbidden"),
    ):
        panel = Panel("some", "Overview", (("name", field),))
        changed = with_layout(extension, PROFILE, **{layout: (panel,)})
        assert refusal(changed) == f"KsefProfile: the layout {espocrms} {complaint}"


def test_filters_and_bottom_panels_naming_something_unknown(extension: Extension) -> None:
    assert refusal(with_layout(extension, PROFILE, filters=("unheard",))) == (
        "KsefProfile: the layout filters names unheard, which is no field"
    )
    assert refusal(with_layout(extension, CERTIFICATE, bottom_panels=("createdBy",))) == (
        "KsefCertificate: the bottom panels name createdBy, which is no link"
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"field_logic": {"nip": FieldLogic(visible=equals("unheard", "x"))}},
            "KsefProfile: the dynamic logic of nip looks at unheard, which is unknown",
        ),
        (
            {"field_logic": {"nip": FieldLogic(required=all_of(is_not_empty("unheard")))}},
            "KsefProfile: the dynamic logic of nip looks at unheard, which is unknown",
        ),
        (
            {"panel_logic": {"overview": equals("tokenn", "x")}},
            "KsefProfile: the dynamic logic of overview looks at tokenn, which is unknown",
        ),
        (
            {"field_logic": {"unheard": FieldLogic(visible=is_not_empty("nip"))}},
            "KsefProfile: dynamic logic names unheard, which is no field",
        ),
        (
            {"panel_logic": {"unheard": is_not_empty("nip")}},
            "KsefProfile: dynamic logic names unheard, which is no panel",
        ),
        (
            {"option_logic": {"status": (OptionLogic(is_not_empty("nip"), ("Gone",)),)}},
            "KsefProfile: dynamic logic offers Gone, no option of status",
        ),
    ],
)
def test_dynamic_logic_on_something_unknown(
    extension: Extension, changes: dict[str, object], line: str
) -> None:
    assert refusal(with_entity(extension, PROFILE, **changes)) == line


def test_a_link_field_is_known_by_its_attributes(extension: Extension) -> None:
    field = field_named(extension, PROFILE, "offlineCertificate")
    assert field.attributes() == ("offlineCertificateId", "offlineCertificateName")
    logic = {"nip": FieldLogic(visible=is_not_empty("offlineCertificateId"))}
    check_model(with_entity(extension, PROFILE, field_logic=logic, panel_logic={}))


def with_new_field(extension: Extension, field: Field) -> Extension:
    fields = (*entity_named(extension, PROFILE).fields, field)
    return with_entity(extension, PROFILE, fields=fields)
