"""Ways in which a pair classifier weighs its vote, one per module."""
