"""The sheet of a plan, printed by a real browser."""

from __future__ import annotations

import re
from datetime import date

import backtriage as bt

from chromium import launched
from episode.people import people

START = date(2026, 12, 1)


def test_every_sheet_prints_on_two_pages_of_a4():
    with launched() as browser:
        page = browser.new_page()
        for a in people(40, seed=9):
            for days in (7, 3):
                page.set_content(bt.plan(a, start=START, days=days, minutes=29, today=START).to_html())
                printed = page.pdf(prefer_css_page_size=True)
                assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= 2
