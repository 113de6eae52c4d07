"""Logging in: challenge, token or signature, status, redeem, refresh, sessions."""
