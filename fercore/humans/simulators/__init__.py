"""One module per model of an observer. Simulated observers are no evidence about people."""
