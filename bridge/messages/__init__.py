"""What people are told: codes of findings and errors with their texts in Polish and English.

The texts stand in `catalogue/*.json`, which the EspoCRM extension reads too::

    {"code": {"en": "… {placeholder} …", "pl": "… {placeholder} …"}}
"""

from __future__ import annotations

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
    "Language",
    "ParameterMissing",
    "language_of",
]
