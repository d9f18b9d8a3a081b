"""What these tests draw beyond the library's own strategies: answers that may contradict each other, and pairs."""

from __future__ import annotations

from functools import partial

import backtriage as bt
from backtriage.rulebook.thresholds import turning_values
from backtriage.testing.strategies import answers_to, profiles
from backtriage.testing.strategies import refinements as refined
from hypothesis import strategies as st

BOOK = bt.default_rulebook()
VOCABULARY = BOOK.vocabulary
FINDINGS = st.sampled_from(sorted(VOCABULARY.findings))
CHECKLISTS = st.lists(st.sampled_from(sorted(VOCABULARY.checklists)), unique=True)

valid = partial(answers_to, rulebook=BOOK)
thresholds = partial(turning_values, BOOK)


@st.composite
def answers(draw, max_size: int = 12) -> dict[str, object]:
    """Valid answers, one by one, each alone; together they may contradict an implication."""
    names = draw(st.lists(FINDINGS, unique=True, max_size=max_size))
    return {name: draw(valid(VOCABULARY.findings[name])) for name in names}


def refinements() -> st.SearchStrategy[tuple[bt.Profile, bt.Profile]]:
    """A profile, and the same person after some more open questions were answered."""
    return profiles().flatmap(lambda before: st.tuples(st.just(before), refined(before)))


__all__ = ["BOOK", "CHECKLISTS", "FINDINGS", "VOCABULARY", "answers", "profiles", "refinements", "thresholds", "valid"]
