"""Tables and arrays in, plotly figures out. Nothing is computed here."""
