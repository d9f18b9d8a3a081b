"""An interview that is being held by forms: where it stands between two of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

import backtriage as bt

from . import forms

if TYPE_CHECKING:
    from typing import Self


@attrs.define(kw_only=True)
class Running:
    """An interview by forms.

    Attributes:
        interview: What has been said so far.
        forms: How many forms have come back.
        locked: What stands above the first form, word for word, as what the person wrote speaks of it.
        cancelled: Somebody closed a form: nothing more is asked.
        problems: What could not be used of the last form, and is asked again.
        unasked: What came back and was not asked: the client does not do what it should, and nothing more is asked.
        asked: The questions of the next form.
    """

    interview: bt.Interview
    forms: int = 0
    locked: tuple[str, ...] = ()
    cancelled: bool = False
    problems: list[bt.Problem] = attrs.Factory(list)
    unasked: list[bt.Problem] = attrs.Factory(list)
    asked: tuple[bt.InterviewQuestion, ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.asked = forms.fields(self.interview)

    @property
    def message(self) -> str:
        """What stands above the next form."""
        before = self.locked if not self.forms else ()
        return "\n\n".join((*before, forms.message(self.interview, self.problems)))

    def take(self, action: str, content: Mapping[str, object] | None) -> None:
        """Take what came back for the form. Only what was accepted is read; all else stays unknown.

        Raises:
            ProfileError: If nothing is asked any more.
        """
        if not self.asked:
            raise _refused("nothing is asked any more")
        self.forms += 1
        self.cancelled = action == "cancel"
        if self.cancelled:
            return
        wrong = forms.answer(self.interview, self.asked, content or {} if action == "accept" else {})
        self.asked = forms.fields(self.interview)
        again = {question.text for question in self.asked}
        self.problems = [problem for problem in wrong if problem.where in again]
        self.unasked = [problem for problem in wrong if problem.where == forms.FORM]

    def ended(self, most: int) -> bool:
        """Whether no further form is shown."""
        return self.cancelled or bool(self.unasked) or not self.asked or self.forms >= most

    def to_json(self) -> str:
        """Everything needed to go on, as JSON."""
        return json.dumps({"interview": self.interview.to_dict(), "forms": self.forms})

    def to_dict(self) -> dict[str, Any]:
        """How it went; unless it is complete, something is left to ask."""
        stopped = "not_understood" if self.unasked else "cancelled" if self.cancelled else ""
        ended = stopped or ("too_many_forms" if self.asked else "complete")
        return {"ended": ended, "forms": self.forms, "problems": [str(problem) for problem in self.unasked]}

    @classmethod
    def from_json(cls, state: str, rulebook: bt.RuleBook, *, locked: tuple[str, ...] = ()) -> Self:
        """The interview that :meth:`to_json` wrote. Nothing in it is trusted.

        Raises:
            ProfileError: If it is none.
        """
        try:
            kept = json.loads(state)
        except (ValueError, RecursionError):
            kept = None
        if not isinstance(kept, dict) or kept.keys() != {"interview", "forms"} or type(kept["forms"]) is not int:
            raise _refused("not the state of an interview")
        interview = bt.Interview.from_dict(kept["interview"], rulebook=rulebook)
        return cls(interview=interview, forms=max(kept["forms"], 0), locked=locked)


def _refused(what: str) -> bt.ProfileError:
    return bt.ProfileError.of("interview", what, "begin again")
