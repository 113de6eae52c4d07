"""What every record has: who made and changed it, and when."""

from __future__ import annotations

from espo_extension.model.entity import Link
from espo_extension.model.fields import Field
from espo_extension.model.text import Text

RECORD_FIELDS = (
    Field(name="createdAt", type="datetime", label=Text("Created At", "Utworzono"), read_only=True),
    Field(
        name="modifiedAt",
        type="datetime",
        label=Text("Modified At", "Zmodyfikowano"),
        read_only=True,
    ),
    Field(
        name="createdBy", type="link", label=Text("Created By", "Utworzony przez"), read_only=True
    ),
    Field(
        name="modifiedBy",
        type="link",
        label=Text("Modified By", "Zmodyfikowany przez"),
        read_only=True,
    ),
)

RECORD_LINKS = (
    Link(name="createdBy", type="belongsTo", entity="User"),
    Link(name="modifiedBy", type="belongsTo", entity="User"),
)

FINDINGS = Field(
    name="findings",
    type="jsonArray",
    label=Text("Remarks", "Uwagi"),
    stored=False,
    read_only=True,
    for_screens_only=True,
)
"""After a save: what the bridge had to say that was no error."""
