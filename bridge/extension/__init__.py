"""EspoCRM's side of this version: the wheel carries the extension's package in this folder."""

from bridge.extension.carried_package import CarriedPackage, ExtensionAbsent, carried_package

__all__ = ["CarriedPackage", "ExtensionAbsent", "carried_package"]
