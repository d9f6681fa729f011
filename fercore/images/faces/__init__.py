"""Rendered faces: a parametric head, its expressions, and the region in which two expressions differ."""
