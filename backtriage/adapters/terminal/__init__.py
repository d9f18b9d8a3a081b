"""The interview in a terminal: ``python -m backtriage ask``."""
