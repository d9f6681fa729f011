"""Faces: image sets, the ways of getting them, what is chosen for the experiment, and how they are blurred."""
