"""Write the README's first program and its output to two files, so that it can be run elsewhere."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def first_program(readme: str) -> tuple[str, str]:
    """The first Python block and the output that follows it."""
    found = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", readme, re.DOTALL)
    assert found is not None
    return found[1], found[2]


if __name__ == "__main__":
    for path, text in zip(
        sys.argv[1:], first_program((Path(__file__).parent.parent / "README.md").read_text()), strict=True
    ):
        Path(path).write_text(text)
