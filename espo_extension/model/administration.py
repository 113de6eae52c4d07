"""What Administration offers: its panel, and the settings of the bridge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from espo_extension.model.fields import Field
from espo_extension.model.text import Text

SettingLevel = Literal["superAdmin", "admin", "internal"]
"""Who reads and writes a setting; `internal`: administrators write it and nobody reads it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of EspoCRM's configuration."""

    field: Field
    level: SettingLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrationItem:
    """A line of the panel; what it says and by which words it is found stands in texts/Admin."""

    name: str
    """The key of its description and keywords."""
    label: str
    url: str
    icon: str
    record_view: str | None = None
    """A settings page of ours, below `modules/ksef/views/`."""


BRIDGE_URL = Setting(
    Field(
        name="ksefBridgeUrl",
        type="varchar",
        label=Text("Bridge URL", "Adres mostka"),
        tooltip=Text(
            "Where the bridge listens: an https address, http://127.0.0.1:8970 when it runs on "
            "this machine, or unix:/path for a socket. Changing it clears the API key.",
            "Adres, pod którym działa mostek: adres https, http://127.0.0.1:8970, gdy mostek "
            "działa na tym samym serwerze, albo unix:/ścieżka dla gniazda. Zmiana adresu usuwa "
            "klucz API.",
        ),
        max_length=255,
    ),
    "superAdmin",
)

BRIDGE_API_KEY = Setting(
    Field(
        name="ksefBridgeApiKey",
        type="password",
        label=Text("API Key of the Bridge", "Klucz API mostka"),
        tooltip=Text(
            "Printed once by the command “ksef-bridge keys new-api” on the bridge's machine. It "
            "is stored in EspoCRM's configuration and never shown again.",
            "Wyświetla go jeden raz polecenie „ksef-bridge keys new-api” na serwerze mostka. Jest "
            "zapisywany w konfiguracji EspoCRM i nigdy więcej nie jest wyświetlany.",
        ),
    ),
    "internal",
)

DOCUMENTATION_URL = Setting(
    Field(
        name="ksefDocumentationUrl",
        type="varchar",
        label=Text("Documentation of Messages", "Dokumentacja komunikatów"),
        tooltip=Text(
            "The site to which messages link, as the bridge said when this page was last opened.",
            "Strona, do której prowadzą łącza przy komunikatach: podał ją mostek, gdy ostatnio "
            "otwarto tę stronę.",
        ),
        read_only=True,
    ),
    "admin",
)

SETTINGS = (BRIDGE_URL, BRIDGE_API_KEY, DOCUMENTATION_URL)

PANEL_LABEL = "KSeF"

ADMINISTRATION_ITEMS = (
    AdministrationItem(
        name="ksefSettings",
        label="KSeF Settings",
        url="#KsefProfile/list/fromAdmin=true",
        icon="fas fa-file-invoice",
    ),
    AdministrationItem(
        name="ksefCertificates",
        label="KSeF Certificates",
        url="#KsefCertificate/list/fromAdmin=true",
        icon="fas fa-certificate",
    ),
    AdministrationItem(
        name="ksefBridge",
        label="KSeF Bridge",
        url="#Admin/ksefBridge",
        icon="fas fa-plug",
        record_view="admin/bridge",
    ),
)
