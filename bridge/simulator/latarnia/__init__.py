"""Latarnia: what is announced of KSeF's failures and maintenance."""
