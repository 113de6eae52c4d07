"""Verifying a signed login request: XML Signature, XAdES, the AuthTokenRequest inside."""
