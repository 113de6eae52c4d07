"""The performance table: our figures beside those of a floor, taken in turn in one run."""
