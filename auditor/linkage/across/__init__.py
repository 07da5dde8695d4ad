"""The release against a reference that somebody else may hold."""
