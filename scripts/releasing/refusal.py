"""What stops a release."""


class Refused(Exception):
    """The release would be wrong; the one sentence says what to do."""
