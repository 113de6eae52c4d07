"""Looking over an installation: one kind of check per module; nothing is ever changed."""
