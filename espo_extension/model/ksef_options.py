"""Options that both entities share."""

from __future__ import annotations

from espo_extension.model.fields import Option
from espo_extension.model.text import Text

ENVIRONMENTS = (
    Option("Production", Text("Production", "Produkcyjne"), "success"),
    Option("Demo", Text("Demo", "Demo"), "info"),
    Option("Test", Text("Test", "Testowe"), "warning"),
)

CERTIFICATE_TYPES = (
    Option("Authentication", Text("Authentication", "Uwierzytelniający"), "primary"),
    Option("Offline", Text("Offline", "Offline"), "info"),
)
