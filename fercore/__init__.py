"""Compare people and deep networks on facial expression recognition."""
