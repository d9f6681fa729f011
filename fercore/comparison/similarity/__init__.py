"""One module per measure of map agreement."""
