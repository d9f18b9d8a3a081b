"""One conversation: what to ask next, and the way back."""
