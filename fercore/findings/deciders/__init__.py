"""What decides the paper's claims, by what they are about."""
