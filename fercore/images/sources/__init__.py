"""One module per way in which faces lie on disk."""
