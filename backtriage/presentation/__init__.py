"""What is said: decisions in words, and as plain data."""
