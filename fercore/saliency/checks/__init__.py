"""Checks of saliency maps: one module each."""
