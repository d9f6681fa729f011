"""Ways of training an ensemble, one per module."""
