"""The interview in a terminal: by keys in a real pseudo-terminal, by lines through a pipe."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import stat
import sys

import backtriage as bt
import pexpect
import pytest
from backtriage.adapters.command_line import main
from backtriage.adapters.command_line.profiles import EXIT_CODES, EXIT_NOT_SETTLED
from backtriage.adapters.terminal.command import keep
from backtriage.adapters.terminal.conversation import Said, Wish, converse
from backtriage.adapters.terminal.keys import Keys
from backtriage.adapters.terminal.layout import Layout
from backtriage.adapters.terminal.lines import Lines, UnreadableError, read
from backtriage.adapters.terminal.picking import KEYS, Picking, in_words
from backtriage.interview.interview import MOST_DOUBTS
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from strategies import VOCABULARY, profiles

CAUDA_EQUINA = ["4", "2"]
STOPPED = "COULD NOT BE RULED OUT: BE SEEN TODAY"
DOWN, ENTER, CTRL_C = "\x1b[B", "\r", "\x03"
PLAIN = Layout()


def lines_to(*replies: str, monkeypatch, capsys, options: tuple[str, ...] = ()) -> tuple[int, str]:
    """Exit code and output of a conversation through a pipe."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{reply}\n" for reply in replies)))
    code = main(["ask", *options])
    return code, capsys.readouterr().out


@pytest.fixture
def talk(monkeypatch, capsys):
    return lambda *replies, options=(): lines_to(*replies, monkeypatch=monkeypatch, capsys=capsys, options=options)


def question(kind: str, **fields: object) -> bt.InterviewQuestion:
    own = {
        "checklist": {"items": {"a": "First", "b": "Second", "c": "Third"}},
        "choice": {"options": {"left": "Left", "right": "Right"}},
        "number": {"unit": "years", "minimum": 0, "maximum": 120, "step": 1},
    }.get(kind, {})
    return bt.InterviewQuestion(
        **{"id": "q", "kind": kind, "phase": bt.Phase.SAFE, "text": "?", "why": "", **own, **fields}
    )


# -- in lines ---------------------------------------------------------------------------------------------------------


def test_an_emergency_is_said_first_and_exits_with_40(talk):
    code, out = talk(*CAUDA_EQUINA, options=("--region", "GB"))
    assert code == 40
    result = out[out.index("EMERGENCY: HOSPITAL NOW") :]
    assert result.splitlines()[1] == "=" * len("EMERGENCY: HOSPITAL NOW")
    assert "Ring 999 or 112" in result.splitlines()[2]


def test_who_stops_is_told_what_could_not_be_ruled_out_and_never_gets_0(talk):
    for replies in ((), ("stop",), ("4", "q"), ("4", "none", "none", "41", "9", "stop"), ("not sure", "?", "stop")):
        code, out = talk(*replies)
        assert code == EXIT_NOT_SETTLED
        assert STOPPED in out
        assert "numbness between the legs" in " ".join(out.split())


def test_not_sure_to_everything_ends_in_20_questions(talk):
    code, out = talk(*["not sure"] * 50)
    assert 10 < out.count("\n> ") <= 20
    assert code == EXIT_NOT_SETTLED
    assert STOPPED in out


def test_back_asks_the_question_before_again(talk):
    _, out = talk("4", "back", "1")
    assert out.count("Where does it hurt") == 2


def test_what_cannot_be_read_or_is_wrong_is_asked_again_and_never_guessed(talk):
    _, out = talk("back", "4", "none", "none", "yes", "41 years", "130", "-1", "", "41")
    assert out.count("Sorry, please answer: A number of years, 0 to 120, or not sure.") == 4
    assert "`130` is out of range; give years, 0 to 120." in out
    assert "nothing has been said yet." in out
    assert "How many days since" in out


def test_a_list_can_be_asked_one_by_one(talk):
    _, out = talk("4", "one by one", "no", "yes")
    assert "EMERGENCY" not in out.partition("Losing stool")[0]
    assert "EMERGENCY: HOSPITAL NOW" in out


def test_why_it_is_asked_is_said_once_and_again_where_it_changes(talk):
    _, out = talk("4", "none", "none", "41")
    assert out.count("Why: ") == 1
    _, out = talk("4", "none", "none", "41", "9", "4", "2", *["none"] * 6, "yes")
    assert out.count("Why: ") == len(set(re.findall(r"Why: .*", out))) > 2


def test_a_line_is_shown_with_what_it_means(talk):
    _, out = talk("4", "none")
    assert "New tummy pain that came with the back pain (Not long-known cramps.)" in out


def test_no_colours_where_it_is_no_terminal(talk):
    assert "\x1b" not in talk(*CAUDA_EQUINA)[1]


def test_a_line_that_is_far_too_long_is_one_line(talk):
    _, out = talk("4", "none", "none", "41", "x" * 10_000 + "9", "9", "stop")
    assert out.count("Sorry") == 1


def test_an_unknown_region_a_missing_and_a_forged_file_exit_with_2(talk, tmp_path):
    forged = tmp_path / "kept"
    forged.write_text('{"format": 1, "format": 1}')
    for options in (("--region", "XX"), ("--resume", str(tmp_path / "none")), ("--resume", str(forged))):
        assert talk(options=options)[0] == 2
    assert talk(options=("--save", str(tmp_path / "no" / "folder")))[0] == 2


def test_nothing_is_kept_unless_it_is_asked_for(talk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    talk(*CAUDA_EQUINA)
    assert list(tmp_path.iterdir()) == []


def test_answers_are_kept_for_their_owner_alone_and_gone_on_with(talk, tmp_path):
    kept = tmp_path / "kept.json"
    code, _ = talk("4", options=("--save", str(kept), "--region", "GB"))
    assert code == EXIT_NOT_SETTLED
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    profile = bt.Interview.from_dict(json.loads(kept.read_text())).profile
    assert profile.given.keys() == set(VOCABULARY.checklists["where"].findings)  # how it ended is not kept
    code, out = talk("2", options=("--resume", str(kept), "--save", str(kept)))
    assert code == 40
    assert "Where does it hurt" not in out
    assert "999 or 112" in out
    assert list(tmp_path.iterdir()) == [kept]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / "taken" / "in").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        keep(bt.Interview(), tmp_path / "taken")
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


def test_who_cannot_be_kept_any_more_still_gets_a_result(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "stick"
    folder.mkdir()

    class Unplugging(io.StringIO):
        def readline(self, size: int = -1, /) -> str:
            shutil.rmtree(folder, ignore_errors=True)
            return super().readline(size)

    monkeypatch.setattr(sys, "stdin", Unplugging("".join(f"{reply}\n" for reply in CAUDA_EQUINA)))
    assert main(["ask", "--save", str(folder / "kept.json")]) == 40
    out = capsys.readouterr().out
    assert out.count("Your last answer was not kept: No such file or directory.") == len(CAUDA_EQUINA)
    assert "EMERGENCY: HOSPITAL NOW" in out


def test_a_file_too_large_to_be_an_interview_is_refused_unread(talk, tmp_path):
    (tmp_path / "kept").write_text(" " * 1_000_001)
    assert talk(options=("--resume", str(tmp_path / "kept")))[0] == 2


def test_somebody_elses_answers_are_not_written_over(talk, tmp_path):
    kept = tmp_path / "kept.json"
    kept.write_text("precious")
    assert talk("41", options=("--save", str(kept)))[0] == 2
    assert kept.read_text() == "precious"


def test_a_crisis_is_met_word_for_word_before_the_next_question():
    interview = bt.Interview(region="GB")
    interview.answer(suicidal_thoughts=True)
    out = io.StringIO()
    converse(interview, Lines(layout=PLAIN, source=io.StringIO("no\n"), out=out), lambda _: None)
    said = " ".join(out.getvalue().split())
    (locked,) = interview.assessment.action.locked
    assert said.count(locked) == 1
    assert said.startswith(locked)


def test_what_is_certain_is_said_before_the_next_question_and_once():
    interview = bt.Interview()
    interview.answer(leg_weakness_new=True)
    out = io.StringIO()
    converse(interview, Lines(layout=PLAIN, source=io.StringIO("4\nnone\nnone\n"), out=out), lambda _: None)
    assert out.getvalue().startswith("AT LEAST: BE SEEN TODAY")
    assert out.getvalue().count("AT LEAST") == 1


def test_a_forged_file_gives_the_terminal_no_orders(tmp_path, talk):
    kept = bt.Interview().to_dict()
    kept["rulebook"] |= {"id": "x\x1b]0;owned\x07\x1b[2J", "digest": "0" * 64}
    (tmp_path / "kept.json").write_text(json.dumps(kept))
    code, out = talk(options=("--resume", str(tmp_path / "kept.json")))
    assert code == EXIT_NOT_SETTLED
    assert r"begun with x\x1b]0;owned\x07\x1b[2J" in " ".join(out.split())
    assert all(char.isprintable() or char == "\n" for char in out)


def test_what_is_settled_is_said_before_anything_voluntary_is_offered():
    interview = bt.Interview()
    answers = {"age": 41, "pain_score": 3, "pain_duration_days": 9, "lower_back_pain": True}
    interview.answer(**answers, denies=list(VOCABULARY.checklists))
    assert interview.question.kind == "offer"
    out = io.StringIO()
    converse(interview, Lines(layout=PLAIN, source=io.StringIO("no\n"), out=out), lambda _: None)
    said = out.getvalue()
    assert said.startswith("YOU CAN LOOK AFTER THIS YOURSELF\n\nNothing you told us points to a serious cause.")
    assert "Shall we choose exercises" in said


class Truth(io.StringIO):
    """Somebody who answers each question as things are, in lines."""

    def __init__(self, interview: bt.Interview, profile: bt.Profile) -> None:
        super().__init__()
        self.interview, self.profile = interview, profile

    def readline(self, _size: int = -1, /) -> str:
        asked = self.interview.question.parts[0] if self.interview.question.parts else self.interview.question
        self.write(line := f"{self.reply(asked)}\n")
        return line

    def reply(self, asked: bt.InterviewQuestion) -> str:
        if asked.kind == "offer":
            return "yes"
        if asked.kind == "checklist":
            states = [(number, self.profile[id_]) for number, id_ in enumerate(asked.items, start=1)]
            ticked = [str(number) for number, state in states if state is bt.Answer.PRESENT]
            unsure = [f"{number}?" for number, state in states if state is bt.Answer.UNKNOWN]
            return " ".join(ticked + unsure) or "none"
        value = self.profile[asked.id]
        if value is None or value is bt.Answer.UNKNOWN:
            return "not sure"
        if asked.kind == "choice":
            return str(list(asked.options).index(value) + 1)
        return {bt.Answer.PRESENT: "Yes", bt.Answer.ABSENT: " no"}.get(value, str(value))


@settings(max_examples=25)
@given(profiles())
def test_whatever_is_true_is_what_is_assessed(profile):
    interview = bt.Interview(engine="reference")
    converse(interview, Lines(layout=PLAIN, source=Truth(interview, profile), out=io.StringIO()), lambda _: None)
    assert interview.done
    for name, value in interview.profile.given.items():
        assert profile.known.get(name) == value or (value is False and name not in profile.known)
    before = [step.get("unsure", False) for step in interview.to_dict()["steps"][-MOST_DOUBTS - 1 : -1]]
    stopped = len(before) == MOST_DOUBTS and all(before)  # whoever is not sure of so much is asked nothing more
    assert stopped or not any(name in profile.known for name in interview.profile.not_sure)


@pytest.mark.parametrize(
    "answers",
    [
        {"age": 41, "pain_score": 3, "pain_duration_days": 9, "lower_back_pain": True},
        {"age": 41, "pain_score": 3, "pain_duration_days": 60, "lower_back_pain": True},
        {"age": 41, "pain_score": 3, "pain_duration_days": 9, "neck_pain": True, "fever_or_shivers": True},
    ],
)
def test_a_whole_conversation_prints_the_assessment_and_exits_with_its_level(answers, talk):
    interview = bt.Interview()
    everything = list(VOCABULARY.checklists)
    person = Truth(interview, bt.Profile(answers, denies=everything))
    converse(interview, Lines(layout=PLAIN, source=person, out=io.StringIO()), lambda _: None)
    code, out = talk(*person.getvalue().splitlines())
    assert code == EXIT_CODES[interview.assessment.urgency]
    assert out.endswith(f"{PLAIN.result(interview.assessment)}\n")


WORDS = st.sampled_from(
    [
        "none",
        "no",
        "yes",
        "not sure",
        "back",
        "one by one",
        "1",
        "1 2",
        "3?",
        "1 1?",
        "0",
        "99",
        "1e3",
        "nan",
        "٣",
        "",
        ",",
    ]
)


@settings(max_examples=40)
@given(st.lists(WORDS | st.text(max_size=12), max_size=25))
def test_whatever_is_typed_it_ends_and_only_settled_self_care_is_called_so(lines):
    interview = bt.Interview(engine="reference")
    out = io.StringIO()
    typed = io.StringIO("".join(f"{line}\n" for line in lines))
    converse(interview, Lines(layout=PLAIN, source=typed, out=out), lambda _: None)
    assessment = interview.assessment
    assert assessment == bt.assess(interview.profile, engine="reference")
    calm = "YOU CAN LOOK AFTER THIS YOURSELF"
    assert (calm in PLAIN.result(assessment)) is (assessment.urgency is bt.Urgency.SELF_CARE)


@pytest.mark.parametrize(
    ("kind", "line", "reply"),
    [
        ("checklist", "1, 3 2?", Said(value=["a", "c"], not_sure=("b",))),
        ("checklist", "2?", Said(value="none", not_sure=("b",))),
        ("checklist", " NONE ", Said(value="none")),
        ("checklist", "not  sure", Said(value=None)),
        ("checklist", "one by one", Wish.ONE_BY_ONE),
        ("yes_no", "Y", Said(value=True)),
        ("yes_no", "Yes, I do.", Said(value=True)),
        ("offer", "no thanks", Said(value=False)),
        ("yes_no", "maybe", Said(value=None)),
        ("choice", "2", Said(value="right")),
        ("number", "3.5", Said(value=3.5)),
    ],
)
def test_lines_are_read_as_they_say(kind, line, reply):
    assert read(question(kind), line) == reply


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        *(
            ("checklist", line)
            for line in ("", ",", "no", "yes", "0", "4", "1 1?", "1-3", "none 1", "?1", "all", "one")
        ),
        *(("yes_no", line) for line in ("", "none", "1", "yes no", "No, I can't pee", "one by one")),
        *(("number", line) for line in ("", "-1", "1e5", "nan", "1,5", "four", "٣", "1234567", "one by one")),
        *(("choice", line) for line in ("", "left", "3", "0", "1 2")),
    ],
)
def test_lines_that_say_nothing_certain_are_refused(kind, line):
    with pytest.raises(UnreadableError):
        read(question(kind), line)


# -- in keys ----------------------------------------------------------------------------------------------------------


def keyed(asked: bt.InterviewQuestion, keys: str) -> object:
    """The reply that some keys make."""
    with create_pipe_input() as pipe:
        pipe.send_text(keys)
        return Keys(layout=PLAIN, out=io.StringIO(), source=pipe, screen=DummyOutput()).ask(asked)


@pytest.mark.parametrize(
    ("kind", "keys", "reply"),
    [
        ("checklist", f" {ENTER}", Said(value=["a"])),
        ("checklist", f" {DOWN}{DOWN} {ENTER}", Said(value=["a", "c"])),
        ("checklist", f"{DOWN}?{ENTER}", Said(value="none", not_sure=("b",))),
        ("checklist", f" {DOWN}?{ENTER}", Said(value=["a"], not_sure=("b",))),
        ("checklist", f"n{ENTER}", Said(value="none")),
        ("checklist", f"s{ENTER}", Said(value=None)),
        ("checklist", f"o{ENTER}", Wish.ONE_BY_ONE),
        ("checklist", f"{ENTER}{DOWN}{ENTER}b", Wish.BACK),
        ("checklist", f" n{ENTER}o{ENTER}s{ENTER}{CTRL_C}", Wish.STOP),
        ("yes_no", f"y{ENTER}", Said(value=True)),
        ("yes_no", f"n{ENTER}", Said(value=False)),
        ("yes_no", f"s{ENTER}", Said(value=None)),
        ("yes_no", f"{ENTER}b", Wish.BACK),
        ("offer", f"n{ENTER}", Said(value=False)),
        ("choice", f"{DOWN}{DOWN}{ENTER}", Said(value="right")),
        ("choice", f"{ENTER}s{ENTER}", Said(value=None)),
        ("number", f"4x2\x7f1{ENTER}", Said(value=41)),
        ("number", f"3.5{ENTER}", Said(value=3.5)),
        ("number", f"{ENTER}..{ENTER}\x7f\x7f7{ENTER}", Said(value=7)),
        ("number", f"s{ENTER}", Said(value=None)),
        ("number", f"4s{ENTER}b", Wish.BACK),
    ],
)
def test_keys_say_what_they_say(kind, keys, reply):
    assert keyed(question(kind), keys) == reply


@pytest.mark.parametrize("kind", ["checklist", "yes_no", "offer", "choice", "number"])
@pytest.mark.parametrize("key", [*"ynsoxk 0159.?", ENTER, DOWN, "\x7f", "\x1b[A"])
def test_no_key_alone_answers_anything(kind, key):
    assert keyed(question(kind), key * 3 + "b") is Wish.BACK


def test_every_row_that_a_key_points_to_is_on_the_list():
    for kind, keys in KEYS.items():
        picking = Picking(question=question(kind))
        for key, words in keys.items():
            picking.point(key)
            assert picking.lines[picking.cursor][0] == words
            assert f"{key}: {words.lower()}" in picking.how_to_answer


@settings(max_examples=50)
@given(marks=st.lists(st.tuples(st.integers(-2, 3), st.sampled_from("x?"))))
def test_what_is_marked_is_what_is_said(marks):
    picking = Picking(question=question("checklist"))
    for by, mark in marks:
        picking.move(by)
        picking.mark(mark)
    picking.cursor = 0
    shown = dict(picking.lines)
    reply = picking.done()
    ticked = [id_ for id_, words in picking.question.items.items() if shown[words] == "[x] "]
    unsure = tuple(id_ for id_, words in picking.question.items.items() if shown[words] == "[?] ")
    assert reply == (Said(value=ticked or "none", not_sure=unsure) if ticked or unsure else None)


def test_an_answer_is_repeated_in_words():
    assert in_words(question("checklist"), Said(value=["a"], not_sure=("b",))) == "First; not sure: Second"
    assert in_words(question("checklist"), Said(value="none")) == "none of these"
    assert in_words(question("choice"), Said(value="left")) == "Left"
    assert in_words(question("yes_no"), Said(value=None)) == "not sure"
    assert in_words(question("number"), Said(value=0)) == "0 years"


# -- how it looks -----------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(profile=profiles(), width=st.integers(20, 78))
def test_nothing_is_wider_than_the_terminal_and_no_word_of_what_to_do_now_is_lost(profile, width):
    assessment = bt.assess(profile, engine="reference")
    layout = Layout(width=width)
    text = layout.result(assessment)
    assert all(len(line) <= width for line in text.split("\n"))
    for said in (*assessment.action.locked, assessment.action.message):
        assert "".join(said.split()) in "".join(text.split())


def test_where_what_to_do_now_scrolls_off_it_is_said_again_at_the_end():
    assessment = bt.assess(new_bladder_change=True)
    assert Layout(height=10).result(assessment).count("EMERGENCY: HOSPITAL NOW") == 2
    assert Layout(height=100).result(assessment).count("EMERGENCY: HOSPITAL NOW") == 1


# -- in a real terminal -----------------------------------------------------------------------------------------------


class Terminal:
    """A pseudo-terminal with the command in it, and all that it ever showed."""

    def __init__(
        self, *options: str, columns: int = 80, lines: int = 30, program: tuple[str, ...] = (), **env: str
    ) -> None:
        kept = {
            name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS", "LINES")
        }
        run = program or ("-m", "backtriage", "ask", *options)
        self.shown = io.StringIO()
        self.child = pexpect.spawn(
            sys.executable,
            list(run),
            env={**kept, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", **env},
            dimensions=(lines, columns),
            encoding="utf-8",
            timeout=60,
        )
        self.child.logfile_read = self.shown

    def answer(self, words: str, keys: str) -> None:
        """Wait for a question and answer it once it can be answered."""
        self.child.expect_exact(words)
        self.child.expect_exact("stop)")
        self.child.send(keys)

    def end(self) -> int:
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus


def test_a_cauda_equina_story_in_a_terminal_goes_back_once_and_ends_in_red():
    terminal = Terminal("--region", "GB")
    terminal.answer("Where does it hurt", " \r")
    terminal.answer("Is any of these new", "b")
    terminal.answer("Where does it hurt", f"{DOWN * 3} \r")
    terminal.answer("Is any of these new", f"\r{DOWN} \r")
    assert terminal.end() == 40
    shown = terminal.shown.getvalue()
    assert "> Low back, below the ribs" in shown
    assert "> Trouble starting, feeling or holding urine" in shown
    assert "\x1b[1;37;41mEMERGENCY: HOSPITAL NOW\x1b[0m" in shown
    assert "Ring 999 or 112" in shown


def test_ctrl_c_says_where_it_stands_in_a_narrow_terminal_without_colours():
    terminal = Terminal("--region", "GB", columns=40, lines=15, NO_COLOR="1")
    terminal.answer("Neck", CTRL_C)
    assert terminal.end() == EXIT_NOT_SETTLED
    shown = terminal.shown.getvalue()
    assert "Traceback" not in shown
    assert shown.count("COULD NOT BE RULED OUT") == 2
    assert not re.search(r"\x1b\[[0-9;]*[34][0-7][;m]", shown)
    result = shown[shown.index("COULD NOT BE RULED OUT") :].replace("\r", "")
    assert "\x1b" not in result
    assert all(len(line) < 40 for line in result.split("\n"))


def test_a_list_that_is_too_long_for_the_screen_is_asked_one_by_one():
    terminal = Terminal("--region", "GB", columns=40, lines=12)
    for words in ("Neck", "Between or around", "Middle of the back"):
        terminal.answer(words, "n\r")
    terminal.answer("Low back, below the ribs", CTRL_C)
    assert terminal.end() == EXIT_NOT_SETTLED
    assert "None of these" not in terminal.shown.getvalue().partition("COULD NOT BE RULED OUT")[0]


def test_b_after_a_list_that_was_split_leads_before_it():
    terminal = Terminal("--region", "GB", columns=40, lines=22)
    terminal.answer("Neck", " \r")
    terminal.answer("Numb, tingling or strange", "n\r")
    terminal.answer("Trouble starting", "b")
    terminal.answer("Numb, tingling or strange", "b")
    terminal.answer("Neck", CTRL_C)
    assert terminal.end() == EXIT_NOT_SETTLED


def test_a_terminal_says_what_this_is_and_asks_whose_numbers_to_show():
    terminal = Terminal()
    terminal.child.expect_exact("one at a time")
    terminal.child.expect_exact("It is not a medical device")
    terminal.answer("Where are you?", "b")
    terminal.answer("Where are you?", f"{DOWN}\r")
    terminal.answer("Where does it hurt", f"{DOWN * 3} \r")
    terminal.answer("Is any of these new", f"{DOWN} \r")
    assert terminal.end() == 40
    shown = terminal.shown.getvalue()
    assert "> Great Britain" in shown
    assert "999" in shown.partition("EMERGENCY: HOSPITAL NOW")[2]


@pytest.mark.parametrize(
    ("said", "days"), [("3 weeks", 21), ("2 months", 61), ("1 year", 365), ("2w", 14), ("10 days", 10), ("9", 9)]
)
def test_how_long_can_be_said_in_weeks_months_and_years(said, days):
    asked = question("number", unit="days", minimum=0, maximum=36_500)
    assert read(asked, said) == Said(value=days)


def test_keys_take_weeks_too():
    asked = question("number", unit="days", minimum=0, maximum=36_500)
    assert keyed(asked, f"3w{ENTER}") == Said(value=21)


def test_other_figures_are_in_their_own_unit():
    with pytest.raises(UnreadableError):
        read(question("number"), "3 weeks")
    assert keyed(question("number"), f"4w{ENTER}") == Said(value=4)


def test_without_the_extra_a_terminal_still_asks_and_says_what_is_missing():
    program = (
        "import sys; sys.modules['prompt_toolkit'] = None; "
        "from backtriage.adapters.command_line import main; sys.exit(main(['ask', '--region', 'GB']))"
    )
    terminal = Terminal(program=("-c", program))
    terminal.child.expect_exact("pip install -e '.[terminal]'")
    for reply in CAUDA_EQUINA:
        terminal.child.expect_exact("\n> ")
        terminal.child.sendline(reply)
    assert terminal.end() == 40


def test_ctrl_c_in_lines_says_where_it_stands_too():
    terminal = Terminal("--plain", "--region", "GB")
    terminal.answer("Where does it hurt", CTRL_C)
    assert terminal.end() == EXIT_NOT_SETTLED
    assert "Traceback" not in terminal.shown.getvalue()
