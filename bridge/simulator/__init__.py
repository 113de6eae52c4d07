"""A strict KSeF for tests: everything in memory, its own CA, no code shared with the client."""
