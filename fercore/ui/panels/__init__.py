"""What pages show, one module per page or topic: findings and figures brought together, nothing computed."""
