"""A provider of trust services that is none: test certificates, signatures and timestamps."""
