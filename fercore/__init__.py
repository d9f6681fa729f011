"""Compare people and deep networks on facial expression recognition."""

__version__ = "0.1.0"
