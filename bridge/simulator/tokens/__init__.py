"""KSeF tokens: made, listed, revoked."""
