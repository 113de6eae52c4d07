"""Pure functions over KSeF credentials: tokens, certificates, keys, identifiers. No I/O."""
