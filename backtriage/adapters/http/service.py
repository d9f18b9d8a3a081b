"""What the service does, without HTTP: plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

import backtriage as bt

from ...figures import Figure, figure
from ...findings.vocabulary import Question
from .reading import Refused, checked_keys, mapping, refuse, text
from .screens import messages, question_asked, screen
from .sessions import session

Plain = dict[str, Any]

DOES: Final = ("answer", "skip", "back", "go_on", "decline", "one_by_one", "stop", "change")
ASSESS: Final = ("profile", "region")
INTERVIEW: Final = ("interview", "region", "turn", "do", "answer", "not_sure", "say")
SESSION: Final = ("profile", "region", "session", "report", "finish")
REGION: Final = ("name", "emergency", "urgent", "crisis", "poison", "countries")
BY_EXERCISE: Final = "exercise_"
"""How the findings begin that say what exercise did."""
SIGNS: Final = ("very_ill_now", "emergency_nerves")
"""The checklists whose lines can be said at any time in an exercise session, beside what its rules ask."""


@attrs.frozen(kw_only=True, eq=False)
class Service:
    """Assessments, interviews and sessions under one rulebook.

    Attributes:
        rulebook: Who decides.
        figures: The drawings of its exercises, by their ids.
    """

    rulebook: bt.RuleBook
    figures: Mapping[str, Figure] = attrs.field(init=False)

    @figures.default
    def _figures(self) -> dict[str, Figure]:
        drawn = {id_: figure(id_, self.rulebook) for id_ in self.rulebook.exercises}
        return {id_: one for id_, one in drawn.items() if one is not None}

    def assess(self, body: Plain) -> Plain:
        """One assessment, with its messages."""
        checked_keys(body, "body", ASSESS, ["profile"])
        answers = mapping(body, "profile") or {}
        assessment = bt.assess(answers, region=text(body, "region", nullable=True), rulebook=self.rulebook)
        return {**assessment.to_dict(), "messages": messages(assessment)}

    def interview(self, body: Plain) -> Plain:
        """One step of an interview, and the screen that follows.

        Raises:
            Refused: If the turn is over (409), with the screen that is current.
        """
        kept, region = mapping(body, "interview", nullable=True), text(body, "region", nullable=True)
        if kept is None:
            interview = bt.Interview(region=region, rulebook=self.rulebook)
        else:
            kept = {**kept, "region": region} if "region" in body else kept
            interview = bt.Interview.from_dict(kept, rulebook=self.rulebook)
        try:
            _step(interview, body)
        except bt.StaleAnswer as error:
            raise Refused(409, error.problems, current=screen(interview, self.figures)) from None
        return screen(interview, self.figures)

    def session(self, body: Plain) -> Plain:
        """One step of an exercise session, and what to do now."""
        return session(body, self.rulebook)

    def words(self) -> Plain:
        """What the page says beside the interview: regions, and what may be said at any time."""
        vocabulary = self.rulebook.vocabulary
        reported = [one for one in vocabulary.findings.values() if one.reported]
        done = {vocabulary.question_of[id_] for id_ in vocabulary.yes_no if id_.startswith(BY_EXERCISE)}
        asked = [id_ for id_ in vocabulary.questions if id_ in done]
        during = [*[id_ for id_ in asked if _all_of_exercise(vocabulary.questions[id_])], *SIGNS, *asked]
        during = [id_ for id_ in dict.fromkeys(during) if id_ in vocabulary.questions]
        return {
            "regions": [
                {"code": code, **attrs.asdict(one, filter=lambda field, _: field.name in REGION)}
                for code, one in self.rulebook.regions.items()
            ],
            "reported": [{"id": one.id, "text": one.text} for one in reported],
            "during": [question_asked(self.rulebook, id_) for id_ in during],
            "rulebook": str(self.rulebook.identity),
        }


def _all_of_exercise(question: Question) -> bool:
    """Whether all that it asks is about exercise: then it comes first where a move has just been done."""
    return all(id_.startswith(BY_EXERCISE) for id_ in question.findings)


def _step(interview: bt.Interview, body: Mapping[str, Any]) -> None:
    """What a request says to an interview; nothing where it only looks."""
    do = body.get("do", "answer")
    if do not in DOES or not isinstance(do, str):
        refuse(422, "do", "no step of an interview", f"one of {', '.join(DOES)}")
    spoken = [key for key in ("answer", "not_sure", "say") if key in body]
    looks = "do" not in body and not spoken
    turn = body.get("turn", 0 if looks else None)
    if type(turn) is not int:
        refuse(422, "turn", "missing, or no whole number", "give the turn that came with the question")
    if looks:
        return
    if do == "change" and spoken == ["say"]:
        interview.change(mapping(body, "say") or {}, turn=turn)
        return
    if do != "answer":
        if spoken:
            refuse(422, spoken[0], f"not with `{do}`", "one step at a time")
        getattr(interview, do)(turn=turn)
        return
    named = dict(mapping(body, "say") or {})
    if "turn" in named or ("not_sure" in named and "not_sure" in body):
        refuse(422, "say", "not a finding, or said twice", "give findings by name")
    if "not_sure" in body:
        named["not_sure"] = body["not_sure"]
    interview.answer(*([body["answer"]] if "answer" in body else []), turn=turn, **named)
