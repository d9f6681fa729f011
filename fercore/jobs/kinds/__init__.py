"""Kinds of jobs, one module each."""
