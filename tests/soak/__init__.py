"""A day's life of two bridges in half an hour: `scripts/soak`."""
