"""What a KSeF Profile says of rights that EspoCRM does not need, and who knows of them."""

from __future__ import annotations

from espo_extension.model.conditions import FieldLogic, is_not_empty
from espo_extension.model.entity import Link
from espo_extension.model.fields import Field
from espo_extension.model.layouts import Row
from espo_extension.model.text import Text

RIGHTS_FIELDS = (
    Field(
        name="permissionsCode",
        type="varchar",
        label=Text("More Rights than Needed", "Zbędne uprawnienia"),
        max_length=100,
        read_only=True,
        view="fields/coded-message",
    ),
    Field(
        name="permissionsParams",
        type="jsonObject",
        label=Text("Details of Unneeded Rights", "Szczegóły zbędnych uprawnień"),
        read_only=True,
        for_screens_only=True,
    ),
    Field(
        name="acknowledgedCode",
        type="varchar",
        label=Text("Acknowledged Warning", "Ostrzeżenie przyjęte do wiadomości"),
        max_length=100,
        read_only=True,
        for_screens_only=True,
    ),
    Field(
        name="acknowledgedParams",
        type="jsonObject",
        label=Text("Acknowledged Rights", "Uprawnienia przyjęte do wiadomości"),
        read_only=True,
        for_screens_only=True,
    ),
    Field(
        name="acknowledgedAt",
        type="datetime",
        label=Text("Unneeded Rights Acknowledged At", "Zbędne uprawnienia przyjęto do wiadomości"),
        read_only=True,
    ),
    Field(
        name="acknowledgedBy",
        type="link",
        label=Text("Acknowledged By", "Osoba, która przyjęła je do wiadomości"),
        read_only=True,
    ),
)

RIGHTS_LINKS = (Link(name="acknowledgedBy", type="belongsTo", entity="User"),)

RIGHTS_ROWS: tuple[Row, ...] = (("permissionsCode",), ("acknowledgedAt", "acknowledgedBy"))

RIGHTS_LOGIC = {
    "permissionsCode": FieldLogic(visible=is_not_empty("permissionsCode")),
    "acknowledgedAt": FieldLogic(visible=is_not_empty("acknowledgedAt")),
    "acknowledgedBy": FieldLogic(visible=is_not_empty("acknowledgedAt")),
}
