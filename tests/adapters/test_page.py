"""The page, end to end in a real Chromium: what a person with a bad back sees and can do on a phone.

Screenshots are written to the folder named by BACKTRIAGE_SCREENSHOTS, or to pytest's temporary folder.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

import backtriage as bt
import pytest
from backtriage.adapters.http.screens import screen

from chromium import launched, playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

NEEDED = "the page is served by backtriage[http], and tested with playwright and axe-playwright-python"
for name in ("starlette", "uvicorn"):
    pytest.importorskip(name, reason=NEEDED)
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=NEEDED)
expect = playwright.expect
AXE = axe.Axe().axe_script

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
BLADDER = "Trouble starting, feeling or holding urine"
SAID = {"How old": "41", "How many days": "9", "How strong": "3"}
STEPS = 60


class Server:
    """The service in a process of its own, as `python -m backtriage serve` starts it."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "backtriage", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{self.url}health", timeout=5).close()  # noqa: S310 - our own address
            except URLError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(self.url)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=10)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def shots(tmp_path_factory) -> Path:
    folder = os.environ.get("BACKTRIAGE_SCREENSHOTS")
    path = Path(folder) if folder else tmp_path_factory.mktemp("screenshots")
    path.mkdir(parents=True, exist_ok=True)
    return path


class Patient:
    """Somebody at the page: what they see and do, and everything that went wrong meanwhile."""

    def __init__(self, browser: Browser, url: str, shots: Path, **context: object) -> None:
        settings = {"viewport": PHONE, "locale": "en-GB", "reduced_motion": "reduce", **context}
        self.context = browser.new_context(**settings)
        self.url, self.shots = url, shots
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page = self.watched(self.context.new_page())

    def watched(self, page: Page) -> Page:
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("request", lambda request: self.asked.append(request.url))
        return page

    def start(self) -> Patient:
        self.page.goto(self.url)
        self.press("Start")
        return self

    def resume(self, interview: bt.Interview) -> Patient:
        """Goes on where an interview stands, as after a reload."""
        shown = screen(interview, {})
        kept = {"id": "kept", "region": "GB", "begun": True, "log": [], "screen": shown, "kept": shown["interview"]}
        self.page.goto(self.url)
        expect(self.page.get_by_role("button", name="Start")).to_be_visible()
        self.page.evaluate("(kept) => sessionStorage.setItem('backtriage', JSON.stringify(kept))", kept)
        self.page.reload()
        expect(self.page.get_by_role("button", name="Forget my answers")).to_be_visible()
        return self

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def press(self, name: str) -> None:
        """By key: a new screen takes no touch for a moment."""
        self.page.get_by_role("button", name=name, exact=True).press("Enter")
        self.settle()

    def settle(self) -> None:
        expect(self.page.locator("body:not([aria-busy])")).to_have_count(1)

    def tick(self, *names: str) -> None:
        for name in names:
            self.page.get_by_role("main").get_by_label(name).and_(self.page.locator("input")).first.press("Space")

    def answer(self) -> None:
        """Answers as somebody with an ordinary bad back does."""
        page = self.page
        if page.locator(".scale").count():
            self.press("3")
            return
        for field in page.locator("input.number").all():
            label = page.locator(f"label[for='{field.get_attribute('id')}']").inner_text()
            field.fill(next((said for asked, said in SAID.items() if asked in label), "41"))
        for choices in page.locator("fieldset:has(input[type=radio])").all():
            last = choices.locator("input[type=radio]")
            options = choices.locator("label").all_inner_texts()
            last.nth(options.index("No") if "No" in options else len(options) - 1).press("Space")
        for _ in page.locator(".others").all():
            name = "Low back, below the ribs" if "Where" in self.heading else "None of these"
            self.tick_all(name)
        self.press("Continue" if page.get_by_role("button", name="Continue", exact=True).count() else "No")

    def tick_all(self, name: str) -> None:
        for box in self.page.locator("main form").get_by_label(name, exact=True).and_(self.page.locator("input")).all():
            if not box.is_checked():
                box.press("Space")

    def until(self, found: Callable[[], bool]) -> None:
        for _ in range(STEPS):
            if found():
                return
            self.answer()
        raise AssertionError(f"not found in {STEPS} questions; at: {self.heading}")

    def until_heading(self, part: str) -> Patient:
        self.until(lambda: part in self.heading)
        return self

    def until_offered(self) -> Patient:
        return self.until_heading("Shall we choose exercises")

    def until_result(self) -> Patient:
        self.until_offered().press("Yes, please")
        self.until(lambda: self.page.locator("body.result").count() > 0)
        return self

    def inspect(self, name: str) -> None:
        """No violation of the accessibility rules on a phone, in the dark, and at 320 pixels; pictures to look at.

        320 pixels are what 1280 pixels are at 400 %.
        """
        looks = (("phone", "light", PHONE), ("dark", "dark", PHONE), ("narrow", "light", NARROW))
        for look, scheme, viewport in looks:
            self.page.emulate_media(color_scheme=scheme)
            self.page.set_viewport_size(viewport)
            if not self.page.evaluate("'axe' in window"):
                self.page.evaluate(AXE)
            violations = self.page.evaluate("(options) => axe.run(document, options)", RULES)["violations"]
            told = [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in violations]
            assert not told, f"{name}, {look}: {told}"
            wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, f"{name}, {look}: too wide by {wider}"
            self.page.screenshot(path=self.shots / f"{name}-{look}.png", full_page=True)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(PHONE)

    def leave(self) -> None:
        self.context.close()
        assert self.wrong == []
        assert all(url.startswith(self.url) for url in self.asked)


@pytest.fixture
def patient(browser, server, shots) -> Iterator[Patient]:
    patient = Patient(browser, server.url, shots)
    yield patient
    patient.leave()


# -- every screen ------------------------------------------------------------------------------------------------------


def test_every_screen_can_be_used_by_everybody(patient, shots):
    patient.page.goto(patient.url)
    expect(patient.page.get_by_role("button", name="Start")).to_be_visible()
    patient.inspect("01-welcome")
    patient.press("Start")
    patient.inspect("02-where")
    for number, heading in enumerate(("new or worse in the last 2 weeks", "belong together"), 3):
        patient.until_heading(heading)
        patient.inspect(f"{number:02}-{heading.replace(' ', '-')}")
    patient.press("Stop here and tell me what to do")
    patient.inspect("06-stopped")
    patient.press("Go back one answer")
    patient.until_offered()
    patient.inspect("08-offer")
    patient.press("Yes, please")
    patient.inspect("09-choice")
    patient.until(lambda: patient.page.locator("body.result").count() > 0)
    patient.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    patient.inspect("10-result-unfolded")
    patient.page.emulate_media(media="print")
    patient.page.screenshot(path=shots / "11-printed.png", full_page=True)
    patient.page.emulate_media(media="screen")
    patient.press("Do the set with me")
    patient.inspect("12-before-the-session")
    patient.press("2")
    patient.inspect("13-move")
    patient.press("Something is wrong")
    patient.inspect("13-wrong")
    patient.press("Nothing of this: go back")
    patient.press("6")
    patient.inspect("14-stopped")
    patient.press("End the session")
    patient.inspect("15-after-the-session")
    patient.press("Forget my answers")
    patient.inspect("16-forget")


@pytest.mark.parametrize("viewport", [PHONE, NARROW], ids=["phone", "narrow"])
def test_an_emergency_fills_the_screen_with_the_number_to_tap(browser, server, shots, viewport):
    patient = Patient(browser, server.url, shots, viewport=viewport).start()
    patient.until_heading("new or worse in the last 2 weeks")
    patient.tick(BLADDER)
    patient.press("Continue")
    page = patient.page
    assert patient.heading == "Emergency: hospital now"
    call = page.get_by_role("link", name="Ring 999")
    assert call.get_attribute("href") == "tel:999"
    box = call.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= viewport["height"], "the number is on the first screen"
    assert box["height"] >= 48
    told = bt.assess(new_bladder_change=True, region="GB")
    locked = [one.text for one in told.messages() if one.locked]
    shown = page.get_by_role("main").inner_text()
    assert all(text in shown for text in locked), "word for word"
    assert not page.locator("header").is_visible()
    patient.inspect("emergency")
    page.get_by_label("Where are you?").select_option("US")
    expect(page.get_by_role("link", name="Ring 911")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Ring 911 or go to the nearest")
    page.get_by_label("Where are you?").select_option("")
    expect(page.get_by_role("main")).to_contain_text("Ring your local emergency number")
    patient.inspect("emergency-anywhere")
    patient.press("Go back one answer")
    assert "new or worse" in patient.heading
    patient.leave()


def test_a_crisis_is_answered_first_word_for_word_with_its_number(patient):
    patient.start()
    patient.page.get_by_text("Something else to tell us?").click()
    patient.tick("Thoughts of ending your life")
    patient.press("Tell us")
    (text,) = bt.assess(suicidal_thoughts=True, region="GB").action.locked
    page = patient.page
    first = page.locator("main .locked").first
    assert first.inner_text() == text
    assert first.get_by_role("link").first.get_attribute("href") == "tel:116123"
    heard = page.get_by_role("group", name="Please read this first")
    expect(heard).to_be_focused()
    expect(heard).to_have_accessible_description(text)
    buttons = {one.inner_text(): one.bounding_box() for one in page.locator("button, a.call, a.emergency-link").all()}
    largest = max(buttons, key=lambda name: buttons[name]["width"] * buttons[name]["height"])
    assert largest == "Ring 116 123"
    assert page.get_by_role("link", name=largest).get_attribute("href") == "tel:116123"
    expect(page.get_by_role("link", name=largest)).to_be_in_viewport(ratio=1)
    expect(page.locator("main form")).to_have_count(0)  # questions about the back wait
    patient.inspect("crisis")
    page.reload()
    expect(heard).to_be_visible()
    expect(page.get_by_role("heading", name="Are you in danger of acting on it now")).to_be_visible()
    patient.press("No")
    expect(page.get_by_role("link", name="Ring 116 123")).to_be_visible()
    patient.press("Go on with the questions about my back")
    expect(page.locator("body.question")).to_have_count(1)
    assert page.locator("main .locked").first.inner_text() == text


def test_a_crisis_that_was_taken_back_and_told_again_is_told_first_again(patient):
    patient.start()
    page = patient.page
    heard = page.get_by_role("group", name="Please read this first")

    def tell() -> None:
        page.get_by_text("Something else to tell us?").click()
        patient.tick("Thoughts of ending your life")
        patient.press("Tell us")
        expect(heard).to_be_focused()

    tell()
    patient.press("No")
    patient.press("Go on with the questions about my back")
    for _ in range(2):
        patient.press("Go back one answer")
    expect(page.locator("main .crisis")).to_have_count(0)
    tell()
    expect(page.get_by_role("link", name="Ring 116 123")).to_be_in_viewport(ratio=1)


def test_at_least_be_seen_today_is_heard_before_the_next_question_once(patient):
    interview = bt.Interview(region="GB")
    interview.answer(["lower_back_pain"])
    interview.answer("none")
    patient.resume(interview)
    patient.until(lambda: patient.page.get_by_label("Temperature of 38.0").count() > 0)
    patient.tick("Temperature of 38.0")
    patient.press("Continue")
    heard = patient.page.get_by_role("group", name="At least: Be seen today")
    expect(heard).to_be_focused()
    expect(heard).to_be_in_viewport()
    expect(heard).to_have_accessible_description(re.compile("^You should be seen today. Ring NHS 111"))
    patient.answer()
    expect(patient.page.locator("main .level")).to_contain_text("You should be seen today")
    expect(patient.page.locator("h1")).to_be_focused()


def answered(*, stop: bool = False, **answers: object) -> bt.Interview:
    """An interview at its end, of somebody who denies the rest."""
    interview = bt.Interview(region="GB")
    interview.answer(**answers)
    while not interview.done:
        interview.stop() if stop else interview.answer(denied(interview.question))
    return interview


def denied(question: bt.InterviewQuestion) -> object:
    if question.kind == "group":
        return {part.id: denied(part) for part in question.parts}
    ordinary = {"age": 41, "pain_score": 2, "pain_duration_days": 9}
    return {"checklist": "none", "offer": False, "yes_no": False}.get(question.kind, ordinary.get(question.id))


NO_EXERCISES = {
    "be seen today": {"fever_or_shivers": True, "lower_back_pain": True},
    "within days": {"cancer_ever": True, "lower_back_pain": True},
    "under 18": {"age": 12, "lower_back_pain": True},
    "not ruled out": {"lower_back_pain": True, "stop": True},
}


@pytest.mark.parametrize("who", NO_EXERCISES)
def test_exercises_are_not_offered_beside_no_exercises(patient, who):
    patient.resume(answered(**NO_EXERCISES[who]))
    expect(patient.page.locator("body.result")).to_have_count(1)
    expect(patient.page.get_by_role("button", name="Choose exercises after all")).to_have_count(0)


def test_who_has_declined_exercises_can_choose_them_after_all(patient):
    patient.resume(answered(lower_back_pain=True))
    patient.press("Choose exercises after all")
    expect(patient.page.locator("body.question")).to_have_count(1)
    patient.press("Go back one answer")
    expect(patient.page.get_by_role("button", name="Choose exercises after all")).to_be_visible()


def test_what_is_not_taken_is_said_in_view_in_plain_words_and_forgets_nothing_unasked(patient):
    patient.resume(answered(lower_back_pain=True))
    page = patient.page
    no = {"problems": [{"where": "age_at_onset", "what": "this does not go together", "hint": "answer again"}]}
    page.route("**/interview", lambda route: route.fulfill(status=422, json=no))
    patient.press("Choose exercises after all")  # far below
    notice = page.locator(".notice")
    expect(notice).to_be_focused()
    expect(notice).to_be_in_viewport()
    expect(notice).to_contain_text("this does not go together; answer again")
    expect(notice).not_to_contain_text("age_at_onset")
    page.unroute("**/interview")
    patient.press("Start again")
    page.get_by_role("dialog").get_by_role("button", name="Keep them").click()
    expect(page.locator("body.result")).to_have_count(1)
    patient.wrong.clear()  # the browser itself notes the refusal


# -- asking ------------------------------------------------------------------------------------------------------------


def place(page: Page, name: str) -> Locator:
    return page.locator(f".place[aria-label='{name}']")


def line(page: Page, name: str) -> Locator:
    return page.locator("main form").get_by_role("checkbox", name=name, exact=True).and_(page.locator("input"))


def test_the_body_map_and_the_list_say_the_same(patient):
    patient.start()
    page = patient.page
    low = place(page, "Low back, below the ribs")
    low.click()
    expect(line(page, "Low back, below the ribs")).to_be_checked()
    expect(page.locator(".named")).to_have_text("Low back, below the ribs")
    line(page, "Neck").check()
    assert [one.get_attribute("aria-checked") for one in place(page, "Neck").all()] == ["true", "true"]
    low.press("Space")
    expect(low).to_have_attribute("aria-checked", "false")
    for one in page.locator(".place").all():
        box = one.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, one.get_attribute("aria-label")


def test_a_touched_calf_is_one_leg_and_its_side_is_said(patient):
    """Both legs are a red flag of their own: no touch of one may look like it."""
    patient.start()
    page = patient.page
    calf = "Calf, shin or foot"
    place(page, f"{calf}, left").first.click()
    expect(line(page, calf)).to_be_checked()
    assert {one.get_attribute("aria-checked") for one in place(page, f"{calf}, left").all()} == {"true"}
    assert {one.get_attribute("aria-checked") for one in place(page, f"{calf}, right").all()} == {"false"}
    side = page.get_by_role("group", name=f"{calf}: which side")
    expect(side.get_by_label("Left")).to_be_checked()
    expect(side.get_by_label("Right")).not_to_be_checked()
    patient.inspect("body-map")
    line(page, "Buttock").check()  # by the list, and of no side
    assert {one.get_attribute("aria-checked") for one in page.locator(".place[aria-label^='Buttock']").all()} == {
        "mixed"
    }
    patient.press("Continue")
    expect(page.locator(".mine")).to_have_text(f"Buttock; {calf} (left)")
    profile = page.evaluate("JSON.parse(sessionStorage.getItem('backtriage')).screen.profile")
    assert {name for name, value in profile.items() if value is True} == {"buttock_pain", "leg_pain_below_knee"}


def test_the_body_map_is_one_stop_of_the_tab_key(patient):
    patient.start()
    page = patient.page
    assert page.locator(".place[tabindex='0']").count() == 1
    page.locator(".place[tabindex='0']").focus()
    expect(page.locator(".named")).to_have_text("Neck")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".named")).to_have_text("Arm or hand, right")  # of somebody who faces us, at our left
    page.keyboard.press("Space")
    expect(line(page, "Arm or hand")).to_be_checked()
    page.keyboard.press("Tab")
    expect(line(page, "Neck")).to_be_focused()


def test_an_empty_list_is_no_answer_and_says_so_on_top_with_a_link_to_the_list(patient):
    patient.start()
    page = patient.page
    page.get_by_role("button", name="Continue", exact=True).scroll_into_view_if_needed()
    patient.press("Continue")
    summary = page.get_by_role("alert", name="There is a problem")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport(ratio=1)
    assert page.title().startswith("Error: ")
    patient.inspect("error")
    summary.get_by_role("link", name="Tick what applies, or “None of these”, or “Not sure”.").press("Enter")
    first = page.locator("main form input").first
    expect(first).to_be_focused()
    expect(first).to_have_accessible_description("Tick what applies, or “None of these”, or “Not sure”.")
    assert "Where" in patient.heading
    patient.tick("Low back, below the ribs")
    patient.press("Continue")
    expect(summary).to_have_count(0)
    assert not page.title().startswith("Error: ")


def test_each_thing_that_is_wrong_on_a_screen_has_its_link(patient):
    patient.start().until_heading("belong together")
    page = patient.page
    patient.press("Continue")
    expect(page.get_by_role("alert")).to_contain_text("Answer at least one of these.")
    numbers = page.locator("input.number")
    for one in numbers.all():
        one.fill("many")
    patient.press("Continue")
    links = page.get_by_role("alert").get_by_role("link")
    expect(links).to_have_count(numbers.count())
    links.last.press("Enter")
    expect(numbers.last).to_be_focused()


def test_nothing_ticked_of_something_else_is_said_too(patient):
    patient.start()
    patient.page.get_by_text("Something else to tell us?").click()
    patient.press("Tell us")
    expect(patient.page.get_by_role("alert", name="There is a problem")).to_be_focused()


def test_the_second_tap_of_a_double_tap_answers_nothing(patient):
    """The buttons of the next question stand where those of the last one stood."""
    patient.start()
    patient.tick("Low back, below the ribs")
    button = patient.page.get_by_role("button", name="Continue", exact=True)
    button.click(trial=True)  # until it takes a touch
    touched = patient.page.evaluate(
        """({x, y}) => new Promise((done) => {
            const touch = () => document.elementFromPoint(x + 9, y + 9)?.closest("button, label");
            const main = document.querySelector("main");
            new MutationObserver(() => done(touch() ?? null)).observe(main, {childList: true});
            touch().click();
        })""",
        button.bounding_box(),
    )
    assert touched is None


def test_not_sure_keeps_what_is_ticked_and_denies_nothing(patient):
    patient.start().until_heading("new or worse in the last 2 weeks")
    patient.tick("Legs weak, heavy", "Not sure about some of these")
    patient.press("Continue")
    profile = patient.page.evaluate("JSON.parse(sessionStorage.getItem('backtriage')).screen.profile")
    assert any(value is True for value in profile.values() if isinstance(value, bool))
    assert not profile.get("denies")
    assert "saddle_numbness_new" in profile["not_sure"]


def test_who_stops_is_told_what_to_do_and_can_go_back(patient):
    patient.start()
    patient.tick("Low back, below the ribs")
    patient.press("Continue")
    patient.press("Stop here and tell me what to do")
    expect(patient.page.get_by_role("main")).to_contain_text("You should be seen today")
    patient.press("Go back one answer")
    assert "new or worse" in patient.heading


def test_what_is_left_blank_on_a_screen_is_asked_again_and_holds_up_no_emergency(patient):
    patient.start()
    patient.tick("Neck")
    patient.press("Continue")
    patient.until_heading("belong together")
    patient.tick("Face droops")
    patient.press("Continue")
    assert patient.heading == "Emergency: ring now"


def test_a_line_stands_with_what_it_means(patient):
    patient.start().until_heading("now, or with this pain")
    expect(patient.page.get_by_role("main")).to_contain_text("Not long-known cramps.")


def test_why_it_is_asked_is_said_once_and_again_where_it_changes(patient):
    patient.start()
    expect(patient.page.locator(".why")).to_be_visible()
    patient.answer()
    expect(patient.page.locator(".why")).to_have_count(0)
    patient.until_offered()
    expect(patient.page.locator(".why")).to_be_visible()


def test_the_keyboard_is_enough(browser, server, shots):
    """From the first page to an emergency, touching nothing: Tab, Space, Enter and digits alone."""
    patient = Patient(browser, server.url, shots)
    page = patient.page
    page.goto(patient.url)
    expect(page.get_by_role("button", name="Start")).to_be_visible()

    def tab_to(name: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "(() => { const on = document.activeElement; const style = getComputedStyle(on.closest('.row') || on);"
                " return [on.getAttribute('aria-label') || on.closest('label')?.innerText || on.innerText || on.id,"
                " style.outlineStyle + style.strokeWidth]; })()"
            )
            assert focused[1] != "none0px", f"no focus to be seen on {focused[0]}"
            if name in focused[0]:
                return
        raise AssertionError(f"{name} cannot be reached")

    tab_to("Start")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Where")
    expect(page.locator("h1")).to_be_focused()
    tab_to("Low back")
    page.keyboard.press("Space")
    tab_to("Continue")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("new or worse")
    tab_to("Trouble starting")
    page.keyboard.press("Space")
    tab_to("Continue")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Emergency")
    tab_to("Ring 999")
    patient.leave()


def test_no_word_for_insiders_reaches_a_patient(patient):
    interview = answered(lower_back_pain=True)
    interview.go_on()
    while not interview.done:
        interview.answer(denied(interview.question))
    patient.resume(interview)
    page = patient.page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    shown = page.get_by_role("main").inner_text()
    ids = [rule.id for rule in bt.default_rulebook().rules if "-" in rule.id]
    assert not [id_ for id_ in ids if re.search(rf"(?<![\w-]){id_}(?![\w-])", shown)]
    assert not re.findall(r"\bS\d{3}\b|unverified|second.hand|No offer fits|\d more\b", shown)


def test_the_reason_to_give_stands_below_the_sentence_that_speaks_of_it(patient):
    patient.resume(answered(cancer_ever=True, lower_back_pain=True))
    panel = patient.page.locator("main .level")
    expect(panel).to_contain_text("Give the reason below.")
    below = panel.inner_text().partition("Give the reason below.")[2]
    assert "New pain after cancer" in below


# -- going back, and changing ------------------------------------------------------------------------------------------


def test_the_phones_own_back_goes_through_the_answers_and_forward_gives_them_again(patient):
    patient.start()
    page = patient.page
    line(page, "Neck").check()
    patient.press("Continue")
    second = patient.heading
    patient.tick("None of these")
    patient.press("Continue")
    third = patient.heading
    page.go_back()
    expect(page.locator("h1")).to_have_text(second)
    expect(line(page, "None of these")).to_be_checked()
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Where does it hurt")
    expect(line(page, "Neck")).to_be_checked()
    assert [one.get_attribute("aria-checked") for one in place(page, "Neck").all()] == ["true", "true"]
    page.go_back()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    page.go_forward()
    page.go_forward()
    expect(page.locator("h1")).to_have_text(second)
    page.go_forward()
    expect(page.locator("h1")).to_have_text(third)
    expect(page.locator(".mine")).to_have_text("None of these")


def test_going_back_keeps_what_was_answered_and_what_came_after_it(patient):
    patient.start()
    page = patient.page
    line(page, "Low back, below the ribs").check()
    patient.press("Continue")
    patient.tick("None of these")
    patient.press("Continue")
    patient.press("Go back one answer")
    expect(line(page, "None of these")).to_be_checked()
    patient.press("Go back one answer")
    expect(line(page, "Low back, below the ribs")).to_be_checked()
    line(page, "Buttock").check()
    patient.press("Continue")
    expect(line(page, "None of these")).to_be_checked()


def test_figures_and_choices_stand_as_they_were_given(patient):
    patient.start().until_heading("belong together")
    page = patient.page
    days = page.locator(".number-row:has(select)")
    patient.until(lambda: days.count() > 0)
    asked = patient.heading
    patient.answer()
    patient.press("Go back one answer")
    expect(page.locator("h1")).to_have_text(asked)
    expect(days.locator("input")).to_have_value("9")
    days.locator("input").fill("3")
    days.locator("select").select_option("weeks")
    patient.press("Continue")
    patient.press("Go back one answer")
    expect(days.locator("input")).to_have_value("3")
    expect(days.locator("select")).to_have_value("weeks")


def test_one_earlier_answer_can_be_changed_and_what_came_later_stays(patient):
    patient.start().until_offered()
    page = patient.page
    asked = page.locator("main .log .asked")
    patient.press(page.get_by_role("button", name="Check or change your answers").inner_text())
    before = asked.all_inner_texts()
    patient.inspect("answers")
    page.get_by_role("button", name=re.compile("Change +Where does it hurt")).press("Enter")
    expect(line(page, "Low back, below the ribs")).to_be_checked()
    line(page, "Buttock").check()
    patient.inspect("change")
    patient.press("Continue")
    expect(page.locator("h1")).to_have_text("Check your answers")
    assert asked.all_inner_texts() == before
    expect(page.locator("main .log .said").first).to_have_text("Low back, below the ribs; Buttock")
    profile = page.evaluate("JSON.parse(sessionStorage.getItem('backtriage')).screen.profile")
    assert (profile["buttock_pain"], profile["lower_back_pain"], profile["age"]) == (True, True, 41)
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Where does it hurt")
    kept = page.evaluate("JSON.parse(sessionStorage.getItem('backtriage')).screen.profile")
    assert kept["buttock_pain"] is False
    patient.press("Leave it as it is")
    expect(page.locator("main .log .said").first).to_have_text("Low back, below the ribs")
    patient.press("Go on")
    expect(page.locator("main form, main .choices").first).to_be_visible()


def test_a_sign_told_by_mistake_can_be_changed_from_the_emergency(patient):
    patient.start().until_heading("new or worse in the last 2 weeks")
    patient.tick(BLADDER)
    patient.press("Continue")
    page = patient.page
    page.get_by_text("Your answers (2)").click()
    page.get_by_role("button", name=re.compile("Change +Is any of these new")).press("Enter")
    expect(page.get_by_label(BLADDER).and_(page.locator("input"))).to_be_checked()
    patient.tick("None of these")
    patient.press("Continue")
    patient.press("Go on")
    expect(page.locator("body.question")).to_have_count(1)
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.locator("h1")).to_have_text("Emergency: hospital now")


def changing(patient: Patient, question: str) -> None:
    patient.page.get_by_role("button", name="Check or change your answers").press("Enter")
    patient.page.get_by_role("button", name=f"Change {question}").press("Enter")
    patient.settle()


def test_a_changed_answer_that_is_an_emergency_is_told_at_once(patient):
    patient.start().until_offered()
    changing(patient, "Is any of these new")
    patient.tick(BLADDER)
    patient.press("Continue")
    assert patient.heading == "Emergency: hospital now"
    expect(patient.page.get_by_role("link", name="Ring 999")).to_be_in_viewport(ratio=1)
    patient.page.reload()
    assert patient.heading == "Emergency: hospital now"


def test_a_changed_answer_that_is_to_be_seen_today_is_heard_at_once(patient):
    patient.start()
    fever = patient.page.get_by_label("Temperature of 38.0").and_(patient.page.locator("input"))
    patient.until(lambda: fever.count() > 0)
    at = int(patient.page.locator(".phase").inner_text().rpartition(" ")[2])
    patient.until_offered()
    patient.press(patient.page.get_by_role("button", name="Check or change your answers").inner_text())
    patient.page.locator("main .log li").nth(at - 1).get_by_role("button").press("Enter")
    patient.tick("Temperature of 38.0")
    patient.press("Continue")
    heard = patient.page.get_by_role("group", name="At least: Be seen today")
    expect(heard).to_be_focused()
    expect(heard).to_be_in_viewport()


def test_the_phones_own_back_leaves_a_session_as_it_is(patient):
    page = in_a_move(patient)
    move = patient.heading
    page.go_back()
    expect(page.locator("body.result")).to_have_count(1)
    patient.press("Go on with the set")
    assert patient.heading == move


def test_the_phones_own_back_does_not_leave_what_a_session_has_stopped(patient):
    page = in_a_move(patient)
    patient.press("Something is wrong")
    patient.tick(BLADDER)
    patient.press("Tell us now")
    for _ in range(3):
        page.go_back()
        expect(page.locator("h1")).to_contain_text("mergency")
        expect(page.get_by_role("link", name="Ring 999")).to_be_visible()
    patient.press("End the session")
    page.go_back()
    expect(page.get_by_role("link", name="Ring 999")).to_be_visible()
    patient.press("Back to the result")
    assert patient.heading == "Emergency: hospital now"


def test_the_phones_own_back_does_not_leave_a_stop_whose_question_is_open(patient):
    page = in_a_move(patient)
    patient.press("Something is wrong")
    patient.tick("New numbness or tingling, or pain moving further")
    patient.press("Tell us now")
    assert patient.heading == "Stop this move"
    page.go_back()
    expect(page.locator("h1")).to_have_text("Stop this move")


def test_a_set_ends_where_an_answer_has_changed_meanwhile(patient):
    patient.start().until_result()
    page = patient.page
    patient.press("Do the set with me")
    patient.press("2")
    page.go_back()
    page.get_by_text("Your answers (").click()
    page.get_by_role("button", name="Change Where does it hurt").press("Enter")
    patient.tick("Buttock")
    patient.press("Continue")
    patient.press("Go on")
    patient.until(lambda: page.locator("body.result").count() > 0)
    patient.press("Go on with the set")
    assert patient.heading == "Your answers have changed"
    expect(page.locator(".timer, .figure")).to_have_count(0)
    patient.inspect("21-answers-changed")
    patient.press("End the session")
    expect(page.locator(".phase")).to_have_text("After the session")


def test_a_change_that_was_taken_back_and_given_again_is_what_is_shown(patient):
    patient.start()
    page = patient.page
    line(page, "Neck").check()
    patient.press("Continue")
    patient.tick("None of these")
    patient.press("Continue")
    patient.press(page.get_by_role("button", name="Check or change your answers").inner_text())
    page.get_by_role("button", name="Change Where does it hurt").press("Enter")
    line(page, "Buttock").check()
    patient.press("Continue")
    expect(page.locator("main .log .said").first).to_have_text("Neck; Buttock")
    back = 0
    while not page.get_by_role("button", name="Start", exact=True).count():
        page.go_back()
        patient.settle()
        back += 1
        assert back < 10
    for _ in range(back):
        page.go_forward()
        patient.settle()
    expect(page.locator("main .log .said").first).to_have_text("Neck; Buttock")
    page.get_by_role("button", name="Change Where does it hurt").press("Enter")
    expect(line(page, "Buttock")).to_be_checked()


# -- keeping, and losing -----------------------------------------------------------------------------------------------


def test_a_reload_loses_nothing_and_closing_the_tab_forgets_everything(patient):
    patient.start().until_heading("new or worse")
    patient.page.reload()
    expect(patient.page.locator("h1")).to_contain_text("new or worse")
    expect(patient.page.get_by_role("main")).to_contain_text("Low back, below the ribs")
    assert patient.page.evaluate("localStorage.length") == 0
    assert patient.page.evaluate("document.cookie") == ""
    fresh = patient.watched(patient.context.new_page())
    fresh.goto(patient.url)
    expect(fresh.get_by_role("button", name="Start")).to_be_visible()


def test_forgetting_leaves_nothing_behind(patient):
    patient.start().until_heading("new or worse")
    patient.press("Forget my answers")
    patient.page.get_by_role("dialog").get_by_role("button", name="Forget them").click()
    expect(patient.page.get_by_role("button", name="Start")).to_be_visible()
    kept = patient.page.evaluate("JSON.parse(sessionStorage.getItem('backtriage'))")
    assert (kept["log"], kept["begun"], kept["kept"]["steps"], kept["screen"]["profile"]) == ([], False, [], {})


def test_of_two_tabs_the_stale_one_says_so_and_shows_the_current_question(patient):
    patient.start()
    first = patient.page
    with patient.context.expect_page() as opened:
        first.evaluate("window.open(location.href)")
    second = patient.watched(opened.value)

    def answered(page: Page, line: str) -> None:
        page.get_by_label(line).and_(page.locator("input")).first.check()
        page.get_by_role("button", name="Continue", exact=True).click()

    expect(second.locator("h1")).to_contain_text("Where does it hurt")
    answered(second, "Low back, below the ribs")
    expect(second.locator("h1")).to_contain_text("new or worse")
    expect(first.locator("#notices")).to_contain_text("gone on in another window")
    patient.wrong.clear()
    answered(first, "Buttock")
    expect(first.locator("#notices")).to_contain_text("not taken")
    expect(first.locator("h1")).to_contain_text("new or worse")
    expect(first.get_by_role("main")).to_contain_text("Low back, below the ribs")
    assert all("409" in said for said in patient.wrong)  # the browser itself notes the refusal
    patient.wrong.clear()
    answered(first, "None of these")
    expect(second.locator("#notices")).to_contain_text("gone on in another window")
    second.reload()
    expect(second.locator("h1")).to_have_text(first.locator("h1").inner_text())


def test_it_says_when_the_server_is_gone_and_goes_on_when_it_is_back(browser, shots):
    server = Server()
    patient = Patient(browser, server.url, shots).start().until_heading("new or worse")
    server.stop()
    patient.tick("None of these")
    patient.press("Continue")
    notice = patient.page.locator(".notice")
    expect(notice).to_contain_text("cannot be reached")
    expect(notice).to_contain_text("999")
    patient.inspect("server-gone")
    server.start()
    patient.press("Try again")
    expect(notice).to_have_count(0)
    assert "new or worse" not in patient.heading
    expect(patient.page.get_by_role("main")).to_contain_text("None of these")
    assert all("ERR_CONNECTION_REFUSED" in said for said in patient.wrong)
    patient.wrong.clear()
    patient.leave()
    server.stop()


def test_a_mistake_of_the_page_itself_leaves_nobody_before_a_dead_screen(patient):
    patient.start()
    patient.page.evaluate("setTimeout(() => { throw new Error('a mistake'); })")
    notice = patient.page.locator(".notice")
    expect(notice).to_contain_text("went wrong")
    expect(notice).to_contain_text("In an emergency ring 999")
    patient.wrong.clear()
    patient.page.evaluate("sessionStorage.setItem('backtriage', JSON.stringify({begun: true, screen: {}}))")
    patient.page.reload()
    expect(notice).to_contain_text("went wrong")
    patient.press("Start again")
    patient.page.get_by_role("dialog").get_by_role("button", name="Forget them").click()
    expect(patient.page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    patient.wrong.clear()


def test_without_scripts_it_says_whom_to_ask(browser, server, shots):
    patient = Patient(browser, server.url, shots, java_script_enabled=False)
    patient.page.goto(patient.url)
    expect(patient.page.locator("main")).to_contain_text("In an emergency ring your local emergency number")
    patient.leave()


# -- exercises ---------------------------------------------------------------------------------------------------------


def test_the_cards_carry_dose_steps_cautions_and_reasons_as_the_library_says(patient):
    patient.start().until_result()
    profile = patient.page.evaluate("JSON.parse(sessionStorage.getItem('backtriage')).screen.profile")
    assessment = bt.assess(profile, region="GB")
    patient.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    shown = re.sub(r"\s+", " ", patient.page.get_by_role("main").inner_text())
    assert assessment.session
    for entry in assessment.allowed:
        expected = [*entry.exercise.steps, *entry.exercise.avoid, *entry.cautions, *str(entry.dose).split("; ")]
        assert all(text.lower() in shown.lower() for text in expected), entry.exercise.id
    for held in (*assessment.excluded, *assessment.withheld):
        assert held.exercise.name in shown
    for stop in assessment.stop_rules:
        assert stop.effect.text in shown
    assert all(heading in shown for heading in assessment.safety_net)


def test_a_session_ends_at_new_weakness_and_the_result_knows_of_it(patient):
    patient.start().until_result()
    patient.press("Do the set with me")
    patient.press("2")
    patient.press("Something is wrong")
    patient.tick("New weakness of an arm or leg during or after it")
    patient.press("Tell us now")
    assert patient.heading == "Stop all exercise"
    patient.press("End the session")
    for _ in range(6):
        if "over" in patient.heading:
            break
        patient.press("Not sure") if not patient.page.locator(".others").count() else (
            patient.tick("Not sure about some of these"),
            patient.press("Continue"),
        )
    assert "over" in patient.heading
    patient.press("Back to the result")
    level = patient.page.evaluate("JSON.parse(sessionStorage.getItem('backtriage')).screen.at_least")
    assert bt.Urgency(level) >= bt.Urgency.SAME_DAY
    expect(patient.page.get_by_role("button", name="Do the set with me")).to_have_count(0)


class InSession:
    """Somebody in an exercise session, whose clock is told."""

    def __init__(self, patient: Patient) -> None:
        self.patient, self.page = patient, patient.page
        patient.until_result()
        self.at(0).patient.press("Do the set with me")
        patient.press("2")

    def at(self, minute: int) -> InSession:
        self.page.clock.set_fixed_time(datetime(2026, 11, 21, 9, minute, tzinfo=UTC))
        return self

    def tell(self, sign: str) -> None:
        self.patient.press("Something is wrong")
        self.patient.tick(sign)
        self.patient.press("Tell us now")

    def back_to_the_result(self) -> str:
        """Nothing else has happened; what the result says."""
        self.patient.press("End the session")
        while "over" not in self.patient.heading:
            if self.page.locator(".others").count():
                self.patient.tick("None of these")
                self.patient.press("Continue")
            else:
                self.patient.press("Not sure")
        self.patient.press("Back to the result")
        return self.page.get_by_role("main").inner_text()


def test_a_session_asks_what_it_needs_to_know_and_leaves_out_today_what_hurt(patient):
    session = InSession(patient.start())
    hurt = patient.heading
    session.at(3).patient.press("5")
    assert patient.heading == "Stop this move"
    session.at(19).patient.press("2")  # back again: after 1 minute, or after 16
    expect(patient.page.get_by_role("heading", name="How long was the raised pain there?")).to_be_visible()
    expect(patient.page.locator(".scale")).to_have_count(0)
    patient.inspect("17-asked-in-the-session")
    patient.press("Not sure")
    assert patient.heading == "Pause"
    patient.page.locator("input.number").fill("12")
    patient.press("Continue")
    expect(patient.page.locator(".phase")).to_contain_text("Move 2 of")
    shown = session.back_to_the_result()
    assert f"Leave out {hurt} today." in shown
    patient.page.reload()
    expect(patient.page.locator(".warn li").filter(has_text=f"Leave out {hurt} today.")).to_have_count(1)
    patient.page.clock.set_fixed_time(datetime(2026, 11, 22, 9, tzinfo=UTC))
    patient.page.reload()
    expect(patient.page.locator("h3").filter(has_text=hurt)).to_have_count(1)
    expect(patient.page.locator(".warn li").filter(has_text=f"Leave out {hurt}")).to_have_count(0)


def test_a_sign_is_settled_in_the_session_and_its_move_stays_out_until_somebody_has_looked_at_it(patient):
    session = InSession(patient.start())
    stopped = patient.heading
    session.at(3).tell("New numbness or tingling, or pain moving further")
    assert patient.heading == "Stop this move"
    session.at(5).patient.press("2")
    assert patient.heading == "Pause"
    session.at(6)
    patient.tick("Not sure about some of these")
    patient.press("Continue")
    assert patient.heading == "Stop all exercise"
    expect(patient.page.get_by_role("main")).to_contain_text("ring 999")
    patient.inspect("18-in-doubt")
    patient.page.reload()
    session.at(7)
    patient.tick("None of these")
    patient.press("Continue")
    expect(patient.page.locator(".phase")).to_contain_text("Move 2 of")
    expect(patient.page.locator("main .level")).to_contain_text("Arrange an ordinary appointment")
    patient.inspect("19-goes-on")
    shown = session.back_to_the_result()
    assert f"Leave out {stopped} until a professional has looked at it." in shown
    patient.inspect("20-left-out")
    patient.page.reload()
    expect(patient.page.locator(".warn li").filter(has_text=f"Leave out {stopped} until")).to_have_count(1)
    kept = patient.page.evaluate("JSON.parse(sessionStorage.getItem('backtriage'))")
    assert stopped in [one["name"] for one in kept["screen"]["plan"]["exercises"] if one["status"] == "allowed"]
    expect(patient.page.locator("h3").filter(has_text=stopped)).to_have_count(0)
    patient.press("Do the set with me")
    patient.press("2")
    assert patient.heading != stopped
    patient.press("Forget my answers")
    patient.page.get_by_role("dialog").get_by_role("button", name="Forget them").click()
    expect(patient.page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    assert patient.page.evaluate("JSON.parse(sessionStorage.getItem('backtriage')).left") == {}


def test_the_timer_counts_and_can_be_stopped(patient):
    patient.start().until_result()
    patient.press("Do the set with me")
    patient.press("2")
    clock = patient.page.get_by_role("timer")
    patient.press("Start the timer")
    expect(clock).to_have_text("0:04")
    patient.press("Pause")
    stopped = clock.inner_text()
    patient.page.wait_for_timeout(1_200)
    assert clock.inner_text() == stopped


def in_a_move(patient: Patient) -> Page:
    """In the first move of a session whose clock is turned by hand."""
    patient.page.clock.install(time=datetime(2026, 11, 21, 9, tzinfo=UTC))
    interview = answered(lower_back_pain=True)
    interview.go_on()
    while not interview.done:
        interview.answer(denied(interview.question))
    patient.resume(interview)
    patient.press("Do the set with me")
    patient.press("2")
    return patient.page


def turned(page: Page, seconds: int) -> None:
    for _ in range(seconds):
        page.clock.run_for(1_000)


def test_something_is_wrong_is_always_in_reach_and_stops_the_clock(patient):
    page = in_a_move(patient)
    wrong = page.get_by_role("button", name="Something is wrong")
    for y in ("0", "document.body.scrollHeight"):
        page.evaluate(f"scrollTo(0, {y})")
        expect(wrong).to_be_in_viewport(ratio=1)
    patient.press("Start the timer")
    turned(page, 7)
    left = page.get_by_role("timer").inner_text()
    patient.press("Something is wrong")
    turned(page, 30)
    assert patient.heading == "Stop first. What is wrong?"
    first = page.locator("main form input").first
    expect(first).to_be_in_viewport(ratio=1)
    expect(
        page.get_by_role("checkbox", name="Chest pain, faintness or unusual breathlessness during exercise")
    ).to_have_id(first.get_attribute("id"))
    expect(page.get_by_role("button", name="Tell us now")).to_be_in_viewport(ratio=1)
    patient.press("Tell us now")
    expect(page.get_by_role("alert")).to_contain_text("Tick what is so.")
    page.reload()
    assert patient.heading == "Stop first. What is wrong?"
    patient.press("Nothing of this: go back")
    expect(page.get_by_role("timer")).to_have_text(left)
    expect(page.get_by_role("button", name="Go on", exact=True)).to_be_visible()


def test_after_a_move_the_question_about_pain_is_in_view_and_a_reload_goes_on_where_it_was(patient):
    page = in_a_move(patient)
    patient.press("Start the timer")
    expect(page.locator(".beat")).to_have_text("Get ready")
    turned(page, 4)
    expect(page.get_by_role("timer")).to_have_text("0:01")
    turned(page, 1)
    expect(page.locator(".beat")).not_to_have_text("Get ready")
    turned(page, 1)
    beat, left = page.locator(".beat").inner_text(), page.get_by_role("timer").inner_text()
    page.reload()
    expect(page.locator(".beat")).to_have_text(beat)
    expect(page.get_by_role("timer")).to_have_text(left)
    patient.press("Go on")
    asked = page.get_by_role("heading", name="Well done. How strong is the pain now?")
    for _ in range(60):
        if asked.count():
            break
        turned(page, 20)
    expect(asked).to_be_focused()
    expect(page.locator(".scale")).to_be_in_viewport(ratio=1)


STUBS = """
window.heard = [];
navigator.vibrate = (time) => heard.push("vibration");
window.AudioContext = class {
  currentTime = 0;
  createOscillator() { return { connect() {}, start() { heard.push("sound"); }, stop() {} }; }
};
Object.defineProperty(navigator, "wakeLock", { value: { request: async (kind) => {
  heard.push(kind);
  return { addEventListener(_, then) { this.then = then; }, async release() { heard.push("asleep"); this.then(); } };
} } });
"""


def test_sound_and_vibration_are_there_on_request_and_the_screen_stays_awake(patient):
    patient.page.add_init_script(STUBS)
    page = in_a_move(patient)
    assert page.evaluate("heard") == ["screen"]
    patient.press("Start the timer")
    turned(page, 5)
    assert page.evaluate("heard") == ["screen"]  # nobody has asked for more
    patient.press("Pause")
    page.get_by_label("Sound").check()
    page.get_by_label("Vibration").check()
    page.reload()
    patient.press("Something is wrong")
    patient.press("Nothing of this: go back")
    page.evaluate("heard.length = 0")
    for _ in range(60):
        if page.evaluate("heard.length"):
            break
        turned(page, 20) if page.get_by_role("button", name="Pause", exact=True).count() else patient.press("Go on")
    assert page.evaluate("heard")[:2] == ["vibration", "sound"]
    patient.press("End the session")
    expect(page.locator(".timer")).to_have_count(0)
    assert page.evaluate("heard.at(-1)") == "asleep"


def test_a_session_goes_on_after_a_reload(patient):
    patient.start().until_result()
    patient.press("Do the set with me")
    patient.press("2")
    patient.press("2")
    second = patient.heading
    patient.page.reload()
    expect(patient.page.locator("h1")).to_have_text(second)
    expect(patient.page.locator(".phase")).to_contain_text("Move 2 of")


def test_who_is_to_be_seen_today_can_ring_with_one_touch(patient):
    patient.start()
    patient.until(lambda: patient.page.get_by_label("Temperature of 38.0").count() > 0)
    patient.tick("Temperature of 38.0")
    patient.press("Continue")
    expect(patient.page.locator("main .level")).to_contain_text("You should be seen today")
    patient.until(lambda: patient.page.locator("body.result").count() > 0)
    assert patient.heading == "Be seen today"
    assert patient.page.get_by_role("link", name="Ring 111").get_attribute("href") == "tel:111"
    patient.inspect("same-day")


def test_who_can_answer_nothing_is_told_to_see_somebody_today(patient):
    patient.start()
    while patient.page.locator("body.question").count():
        unsure = patient.page.get_by_role("button", name=re.compile("^(Leave this open|Not sure|No, thank you)$"))
        unsure.first.click()
        patient.settle()
    told = bt.Interview(region="GB")
    while not told.done:
        told.skip()
    shown = patient.page.get_by_role("main").inner_text()
    assert all(one.text in shown for one in told.assessment.messages() if one.locked and "\n" not in one.text)
    assert patient.heading == "Could not be ruled out: be seen today"
    patient.inspect("not-ruled-out")


def test_a_red_flag_in_a_session_is_an_emergency(patient):
    patient.start().until_result()
    patient.press("Do the set with me")
    patient.press("2")
    patient.press("Something is wrong")
    patient.tick(BLADDER)
    patient.press("Tell us now")
    assert "emergency" in patient.heading.lower()
    expect(patient.page.get_by_role("link", name="Ring 999")).to_be_visible()
    patient.inspect("session-emergency")
