"""The pages that a scanned code leads to, KOD I and KOD II (kody-qr.md); they stand at the root."""
