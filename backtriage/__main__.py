"""The command line: ``python -m backtriage``."""

from __future__ import annotations

import sys

from .adapters.command_line import main

if __name__ == "__main__":
    sys.exit(main())
