"""What is written: a rulebook, and how it is read."""
