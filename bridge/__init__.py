"""The bridge: holds the cryptography between EspoCRM and KSeF."""

import warnings
from importlib.metadata import version

__version__ = version("ksef-bridge")

# A Polish name of 64 characters, as long as X.520 allows, is longer than 64 octets, which is what
# `cryptography` counts when it reads the names in a certificate.
warnings.filterwarnings("ignore", "Attribute's length must be", UserWarning)
