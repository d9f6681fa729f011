"""One module per result of the paper."""
