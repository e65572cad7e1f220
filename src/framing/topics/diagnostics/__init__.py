"""What a topic is, and whether it is any good."""
