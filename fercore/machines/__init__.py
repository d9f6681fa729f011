"""Networks: pair classifiers, how they are trained, and how they vote."""
