"""What stops a build."""


class BuildFailed(Exception):
    """The package would be wrong; the one line says what and where."""
