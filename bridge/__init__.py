"""The bridge: holds the cryptography between EspoCRM and KSeF."""

from importlib.metadata import version

__version__ = version("ksef-bridge")
