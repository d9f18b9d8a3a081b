"""A real Chromium, as the machine has it; where there is none, or nothing that drives it, its tests are skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("Chromium is not installed: apt-get install chromium, or name it in CHROMIUM", allow_module_level=True)
playwright = pytest.importorskip("playwright.sync_api", reason="Chromium is driven by playwright")


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser, until it is no longer needed."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
