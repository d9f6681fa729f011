"""Where both observers meet: tables and arrays in, statistics out. NumPy, pandas, SciPy and statsmodels only."""
