"""Why a certificate or a private key could not be read. Each `code` is that of a finding."""

from __future__ import annotations

from bridge.credentials.codes import CertificateCode


class Unreadable(Exception):
    """The base of this package's errors; `params` fill the text's placeholders."""

    code: CertificateCode

    def __init__(self, **params: str | int) -> None:
        super().__init__(self.code)
        self.params = params


class NotACredential(Unreadable):
    """The file holds neither a certificate nor a private key; `code` says what it is."""

    def __init__(self, code: CertificateCode, **params: str | int) -> None:
        self.code = code
        super().__init__(**params)


class FileDamaged(Unreadable):
    """The file is cut off or was changed."""

    code = CertificateCode.FILE_DAMAGED


class PartsTooMany(Unreadable):
    """The upload holds more than `limit` parts, and what follows them was not read."""

    code = CertificateCode.FILE_PARTS_TOO_MANY


class PasswordMissing(Unreadable):
    """The private key is encrypted and there is no password."""

    code = CertificateCode.PASSWORD_MISSING


class PasswordWrong(Unreadable):
    """The password does not decrypt the private key."""

    code = CertificateCode.PASSWORD_WRONG


class KeyDerivationTooCostly(Unreadable):
    """The file asks for more rounds of key derivation than are tried: `rounds`, `limit`."""

    code = CertificateCode.KEY_DERIVATION_TOO_COSTLY


class EncryptionUnsupported(Unreadable):
    """The private key is encrypted in a way that the bridge does not know: `algorithm`."""

    code = CertificateCode.ENCRYPTION_UNSUPPORTED


class PrivateKeyContentDamaged(Unreadable):
    """The password is right, but what it decrypts is no private key."""

    code = CertificateCode.PRIVATE_KEY_CONTENT_DAMAGED


class KeyUnaccepted(Unreadable):
    """The key is of an algorithm that KSeF does not take: `algorithm`."""

    code = CertificateCode.CERTIFICATE_KEY_UNACCEPTED
