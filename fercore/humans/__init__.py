"""People: design, trials, exclusion, performance and click maps. NumPy, pandas and SQLAlchemy only."""
