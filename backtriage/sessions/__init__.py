"""After the first assessment: a running exercise session, and a second contact."""
