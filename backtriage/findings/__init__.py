"""What can be known about a person."""
