"""Long work in other processes: start, follow, cancel, resume."""
