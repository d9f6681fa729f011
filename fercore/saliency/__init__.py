"""Where a network looked: what a method is, and how it is mapped over images."""
