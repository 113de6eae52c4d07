"""Makes a release: the same bytes from the same commit, or one sentence why there is none."""
