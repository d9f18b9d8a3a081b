"""What can go wrong, as data: every problem of an input at once, each with its place, its cause and a hint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import attrs

from .likeness import Names


def one_line(text: str) -> str:
    """A text fit for one line of a terminal, whatever an input has put into it.

    >>> one_line("\\x1b[2J")
    '\\\\x1b[2J'
    """
    return text if text.isprintable() else "".join([c if c.isprintable() else ascii(c)[1:-1] for c in text])


@attrs.frozen(kw_only=True)
class Problem:
    """One thing wrong with an input, each part of it fit for one line.

    Attributes:
        where: The finding, or ``file:line`` and the key.
        what: What is wrong, user input in backticks.
        hint: What to do about it; may be empty.

    >>> print(Problem(where="feverr", what="unknown finding", hint="did you mean `fever_or_shivers`?"))
    feverr: unknown finding; did you mean `fever_or_shivers`?
    """

    where: str = attrs.field(converter=one_line)
    what: str = attrs.field(converter=one_line)
    hint: str = attrs.field(default="", converter=one_line)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"; {self.hint}" if self.hint else "")


@attrs.frozen(kw_only=True)
class Refuted(Problem):
    """A promise of a rulebook that is not proved.

    Attributes:
        witness: The answers of a small profile that shows it; ``None`` where no profile does.

    >>> Refuted(where="g-fever", what="refuted: Fever is seen the same day", witness={"fever_or_shivers": True}).witness
    {'fever_or_shivers': True}
    """

    witness: Mapping[str, Any] | None = attrs.field(default=None, hash=False)


class BacktriageError(Exception):
    """The base of everything this library raises on purpose."""


class _ProblemsError(BacktriageError, ValueError):
    """An input that was refused, with all its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(*self.problems)

    @classmethod
    def of(cls, where: str, what: str, hint: str = "") -> Self:
        """The error of one problem."""
        return cls([Problem(where=where, what=what, hint=hint)])

    def within(self, place: str) -> Self:
        """The same problems, each with the place that it was found in before its own."""
        return type(self)(attrs.evolve(problem, where=f"{place}: {problem.where}") for problem in self.problems)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ProfileError(_ProblemsError):
    """Answers that cannot be used.

    Attributes:
        problems: Every :class:`Problem` of the answers, not only the first.

    >>> import backtriage as bt
    >>> bt.Profile(age=True, feverr=True)
    Traceback (most recent call last):
    backtriage.errors.ProfileError: age: `True` is not a number; give years, 0 to 120
    feverr: unknown finding; did you mean `fever_or_shivers`?
    """


class UnknownName(_ProblemsError, KeyError):  # noqa: N818 - reads as what it says
    """A name that is not there: of an exercise, a finding, a rule, a level.

    It is a ``KeyError``, as a mapping's has to be, and a ``ValueError``, as other errors of an input are.

    Attributes:
        problems: The :class:`Problem`, with the name that was probably meant.

    >>> import backtriage as bt
    >>> bt.Profile()["agee"]
    Traceback (most recent call last):
    backtriage.errors.UnknownName: agee: unknown finding; did you mean `age`?
    >>> bt.assess().could_be == "emergancy"
    Traceback (most recent call last):
    backtriage.errors.UnknownName: Urgency: unknown name `'emergancy'`; did you mean `emergency`?
    """


class RulebookError(_ProblemsError):
    """Rule files that cannot be used.

    Attributes:
        problems: Every :class:`Problem` of the files, each with file and line.
    """


class TextError(_ProblemsError):
    """A message or reply that cannot be read: no text, or too long.

    Attributes:
        problems: Every :class:`Problem` of the text.

    >>> import backtriage as bt
    >>> bt.read_message("numb" * 10_000)
    Traceback (most recent call last):
    backtriage.errors.TextError: text: a text of 40000 characters; at most 10000; read it in parts
    """


class EngineDisagreement(BacktriageError, RuntimeError):  # noqa: N818 - a disagreement is what it is
    """Two engines differ about which rules fire for one profile. Nothing is returned: a red flag could be among them.

    Attributes:
        only_reference: Ids of the rules that only the reference engine fires.
        only_durable: Ids of the rules that only durable-rules fires.
    """

    def __init__(self, *, only_reference: Sequence[str], only_durable: Sequence[str]) -> None:
        self.only_reference = tuple(only_reference)
        self.only_durable = tuple(only_durable)
        super().__init__(
            f"the engines disagree: only the reference fires {list(only_reference)}, "
            f"only durable-rules fires {list(only_durable)}"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _disagreement, (self.only_reference, self.only_durable)


def _disagreement(only_reference: Sequence[str], only_durable: Sequence[str]) -> EngineDisagreement:
    return EngineDisagreement(only_reference=only_reference, only_durable=only_durable)


class MissingExtra(BacktriageError, ImportError):  # noqa: N818 - reads as what it says
    """A part of the library whose optional dependency is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(f"{package} is not installed; run in a clone of backtriage: pip install -e '.[{extra}]'")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.package, self.extra)


def shown(value: object) -> str:
    """User input in backticks, cut to a length that fits a line.

    >>> shown("x" * 100)
    "`'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...`"
    """
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a value that cannot even be shown is still reported
        text = f"<{type(value).__name__}>"
    text = "".join(char if char.isprintable() else "?" for char in text[:80])
    return f"`{text if len(text) <= 40 else text[:37] + '...'}`"


def label(name: object) -> str:
    """The name of a key where a problem is, fit for one line."""
    return name[:40] if isinstance(name, str) and name.isidentifier() else shown(name)


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """The hint naming what was probably meant, or an empty string.

    >>> did_you_mean("ages", ["age", "pain_score"])
    'did you mean `age`?'
    """
    return likely(Names({one: {} for one in known}).meant(name))


def meant_or_known(name: object, known: Iterable[str]) -> str:
    """The hint naming what was probably meant; where nothing is like it, all that is known.

    >>> meant_or_known("flection", ["flexion", "hold"]), meant_or_known("twisty", ["flexion", "hold"])
    ('did you mean `flexion`?', 'known: flexion, hold')
    """
    known = tuple(known)
    return did_you_mean(name, known) or f"known: {', '.join(known)}"


def likely(meant: Sequence[str]) -> str:
    """The hint naming what was probably meant, or an empty string.

    >>> likely(["age", "age_at_onset"]), likely([])
    ('did you mean `age` or `age_at_onset`?', '')
    """
    return f"did you mean {' or '.join(f'`{one}`' for one in meant)}?" if meant else ""
