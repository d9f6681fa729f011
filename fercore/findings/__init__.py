"""One result of the paper per module: a study in, a table with the paper's number beside ours out."""
