"""What people are told: codes of findings and errors with their texts in Polish and English.

The texts stand in `catalogue/*.json`, which the EspoCRM extension reads too::

    {"code": {"en": "… {placeholder} …", "pl": "… {placeholder} …"}}

`names.json` has the words for values of the API's enumerations, by the placeholder that shows them;
a placeholder with the name of another one in place of words shows the same values::

    {"placeholder": {"Value": {"en": "…", "pl": "…"}}, "another": "placeholder"}
"""

from __future__ import annotations

from bridge.messages.documentation import Documentation, Message
from bridge.messages.message_catalogue import (
    Catalogue,
    CatalogueError,
    CodeUnknown,
    Language,
    ParameterMissing,
    language_of,
)

__all__ = [
    "Catalogue",
    "CatalogueError",
    "CodeUnknown",
    "Documentation",
    "Language",
    "Message",
    "ParameterMissing",
    "language_of",
]
