"""Logging in by a document that somebody signs elsewhere: a session apart, for an hour."""
