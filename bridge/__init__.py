"""The bridge: holds the cryptography between EspoCRM and KSeF."""

import warnings
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        # Asked for when it is needed: a build takes names from here before anything is installed.
        if name == "__version__":
            return version("ksef-bridge")
        raise AttributeError(name)


# A Polish name of 64 characters, as long as X.520 allows, is longer than 64 octets, which is what
# `cryptography` counts when it reads the names in a certificate.
warnings.filterwarnings("ignore", "Attribute's length must be", UserWarning)
