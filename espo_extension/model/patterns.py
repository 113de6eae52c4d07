"""Regular expressions for identifiers, with a sentence for whoever misses them."""

from __future__ import annotations

from collections.abc import Mapping

from espo_extension.model.fields import Pattern
from espo_extension.model.text import Text

PATTERNS: Mapping[str, Pattern] = {
    "ksefNip": Pattern(
        "[0-9]{10}",
        Text(
            "{field} must be 10 digits.",
            "{field} musi składać się z 10 cyfr.",
        ),
    ),
    "ksefInternalId": Pattern(
        "[0-9]{10}-[0-9]{5}",
        Text(
            "{field} must be the company's NIP, a hyphen and five digits, as in 5265877635-12346.",
            "{field} musi mieć postać: NIP firmy, myślnik i pięć cyfr, na przykład "
            "5265877635-12346.",
        ),
    ),
    "ksefRegon": Pattern(
        "[0-9]{9}|[0-9]{14}",
        Text("{field} must be 9 or 14 digits.", "{field} musi składać się z 9 albo 14 cyfr."),
    ),
    "ksefKrsNumber": Pattern(
        "[0-9]{10}",
        Text(
            "{field} must be 10 digits, with its leading zeros.",
            "{field} musi składać się z 10 cyfr, razem z zerami na początku.",
        ),
    ),
    "ksefEmailAddress": Pattern(
        r"[^@\s]+@[^@\s]+\.[^@\s]+",
        Text(
            "{field} must be one address, as in biuro@example.com.",
            "{field} musi być jednym adresem, na przykład biuro@example.com.",
        ),
    ),
}
"""By the name under which EspoCRM's fields refer to them, with a leading dollar sign."""
