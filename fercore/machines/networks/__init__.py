"""Networks by name, one per module."""
