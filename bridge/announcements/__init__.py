"""What KSeF itself announces of its failures and its maintenance. Nothing is decided by it."""
