"""One module per saliency method, each with its paper."""
