"""Places where the units of a job are worked on, one module each."""
