"""The door and the conditions as columns: what ``Vocabulary.close`` says of one profile, row by row."""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import narwhals as nw

from ...findings.conditions import Compare, Condition, OneOf
from ...findings.finding import Choice, YesNo
from ...rulebook.book import RuleBook
from ...rulebook.thresholds import conditions
from ...triage import startback
from .answered import answered, excluded, truths_of, valid
from .columns import NO, UNKNOWN, Bit, Stages, Truths, all_of, column, every, inverse, reached, some

KEPT: Final = "kept__"
"""How the names of the columns begin that every stage keeps."""
_HIGH_FROM: Final = 4
"""So many psychosocial items are the high group of the STarT Back tool, so many items in all the medium one."""
_BOTHERED: Final = OneOf(startback.ITEMS[-1], tuple(sorted(startback.BOTHERSOME)))
_COMPARE: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}


class KnownColumns:
    """Everything that follows from the answers of each row.

    Args:
        stages: The frame.
        book: The rulebook.
        answers: The columns of valid answers, by finding; a null is the answer ``None``. A finding whose column is
            ``None`` is null in every row, which is more than having no column.
        denied: The checklists that are denied in every row.
        void: The rows whose answers do not count, nor the denials.

    Attributes:
        given: The findings that have a column.
        seen_for_help: The rows whose STarT Back answers alone send somebody to a professional.
    """

    def __init__(
        self,
        stages: Stages,
        book: RuleBook,
        answers: Mapping[str, nw.Expr | None],
        denied: Collection[str],
        void: Bit,
    ) -> None:
        self._stages = stages
        self._book = book
        self._findings = book.vocabulary.findings
        self._gates = book.vocabulary.gates
        self.given = frozenset(answers)
        self._void = void
        self._truths: dict[str, Truths] = {}
        self._tests: dict[Compare | OneOf, Bit] = {}
        self._unknown: dict[str, Bit] = {
            id_: True for id_, finding in self._findings.items() if not isinstance(finding, YesNo)
        }
        self._take(answers)
        seen_for_help = self._stages.put_bit("help__sees", self._sees_for_help())
        self._tests = {
            atom: self._stages.put_bit(f"test__{number}", test)
            for number, (atom, test) in enumerate(self._tests.items())
        }
        self._answer(frozenset(denied))
        self._close_gates()
        asked = book.definitions.get(startback.ASKED)
        self.seen_for_help = every([seen_for_help, self.truths(asked).sure]) if asked else False

    # -- the door -----------------------------------------------------------------------------------------------------

    def _take(self, answers: Mapping[str, nw.Expr | None]) -> None:
        """The answers, without nulls, whatever the rows hold that are void."""
        values: dict[str, nw.Expr] = {}
        for id_, answer in answers.items():
            finding = self._findings[id_]
            if isinstance(finding, YesNo):
                self._truths[id_] = (
                    UNKNOWN if answer is None else self._stages.put_truths(id_, valid(answer, self._void))
                )
            elif answer is not None:
                filled = answer.fill_null("") if isinstance(finding, Choice) else answer.fill_null(0)
                self._unknown[id_] = self._stages.put_bit(f"unknown__{id_}", some([answer.is_null(), self._void]))
                values[id_] = self._stages.put(f"value__{id_}", filled)
        self._stages.end(keep=lambda name: name.startswith(KEPT))
        for atom in self._atoms():
            if atom.finding in values:
                self._tests[atom] = every([_test(atom, values[atom.finding]), inverse(self._unknown[atom.finding])])

    def _atoms(self) -> Iterable[Compare | OneOf]:
        """Every comparison of a number or a choice that the rulebook makes."""
        asked = (*conditions(self._book), *self._book.definitions.values(), _BOTHERED)
        atoms = dict.fromkeys(atom for condition in asked for atom in condition.atoms())
        return [atom for atom in atoms if isinstance(atom, Compare | OneOf)]

    def _answer(self, denied: frozenset[str]) -> None:
        """The answers and what follows from them; what is reported of itself is absent where nobody has mentioned it.

        The rest of a void row is silence.
        """
        given = {id_: truths for id_, truths in self._truths.items() if id_ in self.given}
        said = {id_: inverse(self._unknown[id_]) for id_ in self.given if id_ in self._unknown}
        answered_ = answered(self._book.vocabulary, given, said, denied, self._void)
        for id_, truths in answered_.items():
            if self._findings[id_].reported:
                truths = truths.or_if_unknown(Truths(False, self._heard(id_, answered_, said)))  # noqa: PLW2901
            self._truths[id_] = self._stages.put_truths(f"known__{id_}", truths)
        self._stages.end(keep=lambda name: name.startswith((KEPT, "known__", "unknown__", "test__", "help__")))

    def _heard(self, reported: str, findings: Mapping[str, Truths], said: Mapping[str, Bit]) -> Bit:
        """Where a reported finding is not absent by silence: see ``Vocabulary.close``."""
        words = self._book.vocabulary
        behind = [id_ for id_, others in words.heard_through.items() if reported in others]
        doubts = [findings[reported].unknown] if reported in self.given else []
        for id_ in behind:
            if id_ in self.given and self._findings[id_].red_flag:
                silent = {other: findings[other].or_if_unknown(NO) for other in words.heard_through[id_]}
                gates = words.silenced(id_, words.heard_through[id_])
                closed = [inverse(truths_of(gate, {**findings, **silent}, self._compared).may) for gate in gates]
                doubts.append(every([findings[id_].unknown, some(closed) if closed else True]))
        present = [said[id_] if id_ in said else findings[id_].sure for id_ in behind if id_ in said or id_ in findings]
        return every([inverse(self._void), some([*doubts, *present])])

    def _close_gates(self) -> None:
        """What lies behind a closed gate is absent, and what implies that; a number or a choice does not apply.

        An answer there counts if it is a red flag; any other is set aside.
        """
        for gate, gated in self._gates:
            may = self.truths(gate).may
            for id_ in gated:
                if id_ in self._truths:
                    truths = self._truths[id_].or_if_unknown(Truths(False, may))
                    if id_ in self.given and not self._findings[id_].red_flag:
                        truths = all_of([truths, Truths(may, may)])
                    self._truths[id_] = truths
                else:
                    self._unknown[id_] = every([self._unknown[id_], may])
                    for atom in self._tests_of(id_):
                        self._tests[atom] = every([self._tests[atom], may])
        self._truths |= excluded(self._book.vocabulary, self._truths)
        for id_, known in self._truths.items():
            self._truths[id_] = self._stages.put_truths(f"known__{id_}", known)
        for id_, unknown in self._unknown.items():
            self._unknown[id_] = self._stages.put_bit(f"unknown__{id_}", unknown)
        for number, (atom, test) in enumerate(self._tests.items()):
            self._tests[atom] = self._stages.put_bit(f"test__{number}", test)
        self._stages.end()

    def _tests_of(self, finding: str) -> list[Compare | OneOf]:
        return [atom for atom in self._tests if atom.finding == finding]

    # -- conditions ---------------------------------------------------------------------------------------------------

    def truths(self, condition: Condition) -> Truths:
        """Whether a condition is true, false or unknown, row by row."""
        return truths_of(condition, self._truths, self._compared)

    def _compared(self, atom: Compare | OneOf) -> Truths:
        sure = self._tests.get(atom, False)
        return Truths(sure, some([sure, self._unknown[atom.finding]]))

    def unknown(self, finding: str) -> Bit:
        """Whether a finding is unknown."""
        return self._truths[finding].unknown if finding in self._truths else self._unknown[finding]

    # -- the STarT Back tool ------------------------------------------------------------------------------------------

    def _sees_for_help(self) -> Bit:
        """Where the answers to the tool leave one group, and that group is to see somebody.

        Its items are counted as they are answered: what follows from a closed gate is no answer to the tool.
        """
        if self.given.isdisjoint(startback.ITEMS):
            return False
        items = {id_: self._truths.get(id_, UNKNOWN) for id_ in startback.ITEMS[:-1]}
        items[_BOTHERED.finding] = self.truths(_BOTHERED)
        answered = some([inverse(item.unknown) for item in items.values()])
        total, mind = list(items.values()), [items[id_] for id_ in startback.PSYCHOSOCIAL]
        least, most = [item.sure for item in total], [item.may for item in total]
        high = reached(_HIGH_FROM, [item.sure for item in mind])
        never_high = inverse(reached(_HIGH_FROM, [item.may for item in mind]))
        groups = {
            "low": every([never_high, inverse(reached(_HIGH_FROM, most))]),
            "medium": every([never_high, reached(_HIGH_FROM, least)]),
            "high": high,
        }
        help_ = self._book.messages.help
        sees = some([bit for group, bit in groups.items() if group in help_ and help_[group].see])
        return every([answered, sees])


def _test(condition: Compare | OneOf, values: nw.Expr) -> nw.Expr:
    if isinstance(condition, OneOf):
        equal = [values == option for option in condition.options]
        return column(some(equal))
    found: nw.Expr = _COMPARE[condition.op](values, condition.bound)
    return found
