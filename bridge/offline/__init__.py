"""Verification links of invoices (KOD I, KOD II) and their QR images. Nothing here calls KSeF.

Source: kody-qr.md, tryby-offline.md and weryfikacja-faktury.md of KSeF's documentation.
"""
