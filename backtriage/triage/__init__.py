"""The heart: from what is known of a person to what is decided."""
