"""Requesting KSeF certificates, listing and revoking them."""
