"""What the tools of the MCP server do, without the protocol: plain data in, plain data out."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

import backtriage as bt

from ...errors import did_you_mean
from . import pages, results
from .running import Running

Plain = dict[str, Any]

ASSESS: Final = "assess"
NEXT_QUESTIONS: Final = "next_questions"
EXPLAIN: Final = "explain"
INTERVIEW: Final = "interview"

_ANSWERS: Final = "What the person has said so far: the arguments of `assess`, by the same names."
_NEXT: Final = """\
The next questions to put to the person, in their words, each with its lines, options or range. Until `complete` is \
true nothing is ruled out: tell them nothing calmer than `provisional_urgency`. Once it is true, the questions that \
are left only free exercises. Call it again with all answers so far, in the form that `assess` takes."""
_EXPLAIN: Final = """\
Why an exercise is allowed or not, or what a rule says and whether it applies, for what the person has said so far, \
with the sources. It decides nothing: only what `assess` lists in `allowed` may be suggested."""
_INTERVIEW: Final = """\
Asks the person itself, by forms that the client shows, a few questions at a time, and stops at an emergency at once. \
What they decline, close or leave blank stays unknown. Returns what `assess` returns. Where the client shows no forms, \
use `next_questions`."""
_MESSAGE: Final = """\
What the person wrote, word for word. What it may speak of is asked about before everything else; nothing of it counts \
until it has been answered."""
_PUT: Final = {"type": "object", "description": _ANSWERS}
_WROTE: Final = {"type": "string", "description": _MESSAGE, "maxLength": 10_000}


@attrs.frozen(kw_only=True)
class Tool:
    """One tool.

    Attributes:
        title: Its name for people.
        description: What a model is told of it.
        takes: The JSON Schema of its arguments.
        gives: The JSON Schema of its result; an error is not one.
    """

    title: str
    description: str
    takes: Plain
    gives: Plain


class Toolbox:
    """The tools, under one rulebook.

    Args:
        rulebook: Who decides.
        region: Whose telephone numbers to print.

    >>> import backtriage as bt
    >>> result = Toolbox(rulebook=bt.default_rulebook()).call("next_questions", {"answers": {"age": 41}})
    >>> result["complete"], result["provisional_urgency"], result["questions"][0]["id"]
    (False, 'emergency', 'where')
    """

    def __init__(self, *, rulebook: bt.RuleBook, region: str | None = "") -> None:
        self.rulebook, self.region = rulebook, region
        schema = bt.tool_schema(rulebook=rulebook)
        about = {"type": "string", "description": "The id of an exercise or of a rule."}
        self.tools: Mapping[str, Tool] = {
            ASSESS: Tool(
                title="Assess back pain",
                description=schema["description"],
                takes=schema["parameters"],
                gives=results.ASSESSMENT,
            ),
            NEXT_QUESTIONS: Tool(
                title="What to ask next",
                description=_NEXT,
                takes=_object({"answers": _PUT, "message": _WROTE}),
                gives=results.QUESTIONS,
            ),
            EXPLAIN: Tool(
                title="Explain an exercise or a rule",
                description=_EXPLAIN,
                takes=_object({"id": about, "answers": _PUT}, "id"),
                gives=results.EXPLANATION,
            ),
            INTERVIEW: Tool(
                title="Ask the person",
                description=_INTERVIEW,
                takes=_object({"answers": _PUT, "message": _WROTE}),
                gives=results.INTERVIEW,
            ),
        }
        self._does: Mapping[str, Callable[[Plain], Plain]] = {
            ASSESS: self._assessed,
            NEXT_QUESTIONS: self._next_questions,
            EXPLAIN: self._explain,
        }

    def call(self, name: str, arguments: Plain) -> Plain:
        """What a tool other than the interview gives.

        Raises:
            ProfileError: With every problem of the arguments.
        """
        return self._does[name](arguments)

    def _assessed(self, arguments: object) -> Plain:
        """The assessment in short. The arguments go through JSON text, whose size is bounded."""
        try:
            text = json.dumps(arguments)
        except (TypeError, ValueError, RecursionError):
            raise bt.ProfileError.of("arguments", "nested too deeply, or no JSON", 'as in {"age": 41}') from None
        result = bt.call_tool(text, rulebook=self.rulebook, region=self.region)
        if "problems" in result:
            raise bt.ProfileError([bt.Problem(**problem) for problem in result["problems"]])
        return result

    def _next_questions(self, arguments: Plain) -> Plain:
        answers = _put(arguments, ("answers", "message"))
        result = self._assessed(answers)
        first, locked = self._heard(arguments)
        told = answers if isinstance(answers, Mapping) else {}  # by its own name: denied with a list is not confirmed
        first = tuple(id_ for id_ in first if told.get(id_) is not False)
        interview = self._begun(result["answers"], first)
        asked = [_confirming(question) for question in _asked_first(interview, first)]
        said = [{"text": text, "word_for_word": True} for text in locked]
        reached = [bt.Urgency(one["could_reach"]) for one in asked if one["could_reach"]]
        return {
            "complete": not asked and result["action"]["kind"] != "ask",
            "provisional_urgency": max([bt.Urgency(result["could_be"]), *reached]).value,
            "questions": [*asked, *result["ask"]],
            "say": [*said, *(one for one in result["say"] if one not in said)],
            **{key: result[key] for key in ("questions_left", "urgency", "action", "answers", "rulebook")},
        }

    def _heard(self, arguments: Plain) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What a message may speak of, to be asked about first, and what is to be shown word for word at once."""
        if (message := arguments.get("message")) is None:
            return (), ()
        try:
            reading = bt.read_message(message, rulebook=self.rulebook, region=self.region)
        except bt.TextError as error:
            raise bt.ProfileError(attrs.evolve(one, where="message") for one in error.problems) from None
        except bt.MissingExtra as error:
            raise bt.ProfileError.of("message", "it cannot be read here", str(error)) from None
        return reading.first, reading.locked

    def _begun(self, answers: Plain, first: Iterable[str]) -> bt.Interview:
        interview = bt.Interview(rulebook=self.rulebook, region=self.region)
        if answers:
            interview.answer(**answers)
        interview.ask_first(*first)
        return interview

    def _explain(self, arguments: Plain) -> Plain:
        result = self._assessed(_put(arguments, ("id", "answers")))
        book, id_ = self.rulebook, arguments.get("id")
        a = bt.assess(result["answers"], rulebook=book, region=self.region)
        rule = next((one for one in book.rules if one.id == id_), None)
        if isinstance(id_, str) and id_ in book.exercises:
            said = {"kind": "exercise", "status": a.status(id_), "text": a.explain(id_)}
            sources = book.exercises[id_].sources
        elif rule is not None:
            status = "applies" if rule in a.because else "open" if rule in a.open else "does_not_apply"
            said = {"kind": "rule", "status": status, "text": pages.about(rule, book)}
            sources = rule.sources
        else:
            raise bt.ProfileError.of(
                "id", "no exercise and no rule" if id_ is not None else "missing", _meant(id_, book)
            )
        return {
            "id": id_,
            **said,
            "sources": [pages.source(one, book) for one in sources],
            **{key: result[key] for key in ("urgency", "could_be", "settled", "say", "rulebook")},
        }

    # -- the interview ------------------------------------------------------------------------------------------------

    def interview(self, arguments: Plain) -> Running:
        """An interview that begins with what has been said already.

        Raises:
            ProfileError: With every problem of the arguments.
        """
        answers = self._assessed(_put(arguments, ("answers", "message")))["answers"]
        first, locked = self._heard(arguments)
        return Running(interview=self._begun(answers, first), locked=locked)

    def resumed(self, state: str, begun: Running) -> Running:
        """The interview that :meth:`Running.to_json` wrote after it had begun.

        Raises:
            ProfileError: If it is none.
        """
        return Running.from_json(state, self.rulebook, locked=begun.locked)

    def result(self, running: Running) -> Plain:
        """What an interview has come to, as an assessment."""
        return {**self._assessed(running.interview.profile.to_dict()), "interview": running.to_dict()}


def _asked_first(interview: bt.Interview, first: Collection[str]) -> Iterator[bt.InterviewQuestion]:
    """The questions about what a message may speak of; the interview is over afterwards."""
    while (question := interview.question) and question.id in first:
        yield question
        interview.skip()


def _confirming(question: bt.InterviewQuestion) -> Plain:
    could_reach = question.could_reach.value if question.could_reach else None
    text = f"{question.text} {question.help}".strip()
    return {"id": question.id, "kind": question.kind, "text": text, "could_reach": could_reach}


def problems(error: bt.ProfileError) -> Plain:
    """What is wrong with the arguments, for the model to mend."""
    return {"problems": [{key: text for key, text in attrs.asdict(one).items() if text} for one in error.problems]}


def _put(arguments: Plain, known: Collection[str]) -> object:
    """The answers among the arguments of a tool.

    Raises:
        ProfileError: If there is anything else among them.
    """
    odd = [str(name)[:40] for name in arguments if name not in known]
    if odd:
        hint = "put answers into `answers`"
        raise bt.ProfileError([bt.Problem(where=name, what="unknown argument", hint=hint) for name in odd[:5]])
    return {} if (answers := arguments.get("answers")) is None else answers


def _meant(id_: object, book: bt.RuleBook) -> str:
    known = (*book.exercises, *(rule.id for rule in book.rules))
    return did_you_mean(id_, known) or f"see {pages.INDEX}"


def _object(properties: Plain, *required: str) -> Plain:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
