// Doing the set together: a timer, and reports to the exercise session, which says when to stop.

import { button, calm, h, list, message, show } from "./dom.js";
import { byFinding, questionForm, scale, signsForm } from "./forms.js";
import { figure, stopScreen } from "./result.js";
import { leaveOut, post, save, state, todays, words } from "./state.js";
import { awake, stop, timer } from "./timer.js";

const OVER = ["end_session", "stop_everything", "emergency"];
const PAIN = { minimum: 0, maximum: 10 };

const now = () => new Date().toISOString();

// state.running: the session's data, the moves to do, which one, what was said last, and the record at its end.
export function begin(actions) {
  actions.online(async () => {
    const { session } = await post("session", { profile: state.screen.profile, region: state.region || "" });
    state.running = { session, profile: state.screen.profile, moves: todays(state.screen.plan.session), at: -1, told: null, record: null };
    save();
    actions.visit("session");
  });
}

// Back to the result; what the session showed counts there from now on.
function leave(actions) {
  stop();
  awake(false);
  const { record } = state.running;
  if (record) leaveOut(record);
  const found = { ...record?.answers };
  const before = state.screen.profile.pain_score;
  if (found.pain_score < before) delete found.pain_score; // what has eased in a session calms nothing
  const after = () => { state.running = null; save(); actions.visit(""); };
  if (!Object.keys(found).length) return after();
  return actions.say(found, { q: "The exercise session", a: record.instruction.text }, after);
}

// One report; what comes back is what to do now.
async function report(answers, move = "") {
  const { running } = state;
  const { session, instruction } = await post("session", { session: running.session, report: { at: now(), move, answers } });
  Object.assign(running, { session, told: instruction });
  save();
  return instruction;
}

export function sessionScreen(actions) {
  stop();
  const { running } = state;
  awake(!running.record);
  if (running.wrong !== undefined) return wrongScreen(actions, running.wrong);
  if (running.record) return finished(actions);
  if (JSON.stringify(running.profile) !== JSON.stringify(state.screen.profile)) return outdated(actions);
  if (running.at < 0) return before(actions);
  const { told } = running;
  if (told && told.kind === "emergency") return stopScreen(told, actions, ending(actions));
  if (told && told.kind !== "go_on") return halted(actions, told);
  const move = next();
  return move ? moving(actions, card(move)) : finish(actions, {});
}

// The moves were chosen for other answers.
function outdated(actions) {
  show("session", "Your answers have changed",
    h("h1", {}, "Your answers have changed"),
    h("p", {}, "This set was for what you said before. End it, and see which moves suit you now."),
    h("div", { class: "actions" }, state.running.at < 0 ? button("Back to the result", () => leave(actions), "main") : ending(actions)));
}

const card = (id) => state.screen.plan.exercises.find((one) => one.id === id);

const stopRules = () => state.screen.messages.filter(({ part }) => part === "stop").map(({ text }) => text);

// The move to do now: those that a rule has stopped are left out.
function next() {
  const { running } = state;
  while (running.told?.leave_out.includes(running.moves[running.at])) running.at += 1;
  return running.moves[running.at];
}

function before(actions) {
  const asked = "How strong is the pain now, before you begin?";
  const reply = (value) => actions.online(async () => {
    state.running.at = 0;
    try { await report({ pain_score: value }); } catch (failed) { state.running.at = -1; throw failed; }
    actions.render();
  });
  show("session", "Before you begin",
    h("h1", {}, asked),
    h("p", { class: "help" }, "We compare with it while you exercise."),
    scale(PAIN, reply, { heading: asked }, false),
    h("div", { class: "actions" }, button("Not now", () => leave(actions), "quiet")));
}

// -- one move -------------------------------------------------------------------------------------------------------------

function moving(actions, exercise) {
  const { running } = state;
  const done = (value) => actions.online(async () => {
    const told = await report({ pain_score: value }, exercise.id);
    if (told.kind === "go_on") { running.at += 1; save(); }
    actions.render();
  });
  const asked = "How strong is the pain now?";
  const heading = h("h2", { tabindex: "-1" }, `When you have finished: ${asked.charAt(0).toLowerCase()}${asked.slice(1)}`);
  const finish = h("section", { class: "panel" }, heading, scale(PAIN, done, { heading: asked }, false));
  const wellDone = () => {
    heading.textContent = `Well done. ${asked}`;
    finish.scrollIntoView({ block: "center" });
    heading.focus({ preventScroll: true });
  };
  show("session", exercise.name,
    h("p", { class: "phase" }, `Move ${running.at + 1} of ${running.moves.length}`),
    h("h1", {}, exercise.name),
    running.told.rules.length > 0 && h("section", { class: "panel level soon", "aria-label": "So far" }, inWords(running.told, actions)),
    running.told.questions.map((question) => asking(actions, question)),
    figure(exercise),
    timer(exercise, wellDone),
    h("details", { open: true }, h("summary", {}, "How to do it"), list(exercise.steps, "ol"), list([...exercise.avoid, ...exercise.cautions], "ul", "care")),
    finish,
    h("div", { class: "actions" },
      button("Leave this move out", () => { running.at += 1; save(); actions.render(); }, "quiet"),
      ending(actions)),
    wrong(actions, exercise.id));
  if (running.clock.does === "again") wellDone();
}

function ending(actions) {
  return button("End the session", () => finish(actions, {}), "quiet");
}

// Always in reach, however far somebody has scrolled; the clock stops.
function wrong(actions, move) {
  return h("div", { class: "reach" }, button("Something is wrong", () => { stop(); state.running.wrong = move; save(); actions.render(); }, "danger"));
}

// The signs that the rules know, in one report.
function wrongScreen(actions, move) {
  const over = () => { delete state.running.wrong; save(); };
  const send = (ids) => actions.online(async () => {
    await report(Object.fromEntries(ids.map((id) => [id, true])), move);
    over();
    actions.render();
  });
  const nothing = button("Nothing of this: go back", () => { over(); actions.render(); }, "quiet");
  const form = signsForm(words.during, "Tell us now", send, nothing);
  form.querySelector(".actions").classList.add("reach");
  show("session", "Something is wrong",
    h("h1", {}, "Stop first. What is wrong?"),
    h("p", { class: "help" }, "Tick all that is so."),
    form);
}

// What the rules say, and which they are.
const inWords = ({ text, rules }, actions) => [message({ lead: text }, actions.known(), "locked"),
  rules.length > 0 && h("p", { class: "hint" }, `Because: ${rules.map(({ title }) => title).join("; ")}.`)];

// A rule says stop or wait: what would settle it is asked, else how the pain goes on.
function halted(actions, told) {
  const over = OVER.includes(told.kind);
  const asked = told.questions.length || over ? told.questions : [{ id: "pain_score" }];
  show("session halted", calm(told.heading),
    h("section", { class: `panel level ${over ? "same_day" : "soon"}` }, h("h1", {}, calm(told.heading)), inWords(told, actions)),
    asked.map((question) => asking(actions, question)),
    h("div", { class: "actions" }, h("button", { type: "button", class: over ? "main" : "quiet", onclick: () => finish(actions, {}) }, "End the session")),
    !over && wrong(actions, ""));
}

// A question of an instruction: its answer is a report.
function asking(actions, question) {
  const say = (answers) => actions.online(async () => { await report(answers); actions.render(); });
  if (question.id === "pain_score") {
    const asked = "How strong is the pain now?";
    return h("section", {}, h("h2", {}, asked), h("p", {}, "Rest first. Tell us when it has eased, or if it does not."),
      scale(PAIN, (value) => say({ pain_score: value }), { heading: asked }, false));
  }
  const reply = (value) => say(byFinding(question, value));
  reply.unsure = (ticked) => say(byFinding(question, ticked, null));
  return h("section", {}, h("h2", {}, question.text), question.help && h("p", { class: "help" }, question.help), questionForm(question, reply));
}

// -- the end --------------------------------------------------------------------------------------------------------------

function finish(actions, answers) {
  stop();
  actions.online(async () => {
    const { running } = state;
    const { session, record } = await post("session", { session: running.session, finish: { at: now(), answers } });
    Object.assign(running, { session, record, told: record.instruction });
    save();
    actions.render();
  });
}

function finished(actions) {
  const { record, skipped = [] } = state.running;
  if (record.instruction.kind === "emergency") return stopScreen(record.instruction, actions, leaving(actions));
  const question = record.questions.find(({ id }) => !skipped.includes(id));
  if (question) return lastQuestion(actions, question, skipped);
  const told = record.instruction;
  return show("session", "The session is over",
    h("h1", {}, "The session is over"),
    told.kind === "go_on" ? inWords(told, actions) : h("section", { class: "panel level soon" }, h("h2", {}, calm(told.heading)), inWords(told, actions)),
    record.stops.length > 0 && h("section", {}, h("h2", {}, "What stopped you"), list(record.stops.map(({ text }) => text))),
    record.questions.length > 0 && h("section", {}, h("h2", {}, "Still open"), list(record.questions.map(({ text }) => text))),
    h("section", { class: "panel warn" }, h("h2", {}, "When to stop"), list(stopRules().map((text) => h("span", { class: "locked" }, text)))),
    leaving(actions));
}

function leaving(actions) {
  return h("div", { class: "actions" }, button("Back to the result", () => leave(actions), "main"), actions.printing());
}

function lastQuestion(actions, question, skipped) {
  const skip = () => { state.running.skipped = [...skipped, question.id]; save(); actions.render(); };
  const reply = (value) => (value === null ? skip() : finish(actions, byFinding(question, value)));
  reply.unsure = (ticked) => {
    if (!ticked.length) return skip();
    state.running.skipped = [...skipped, question.id];
    return finish(actions, Object.fromEntries(ticked.map((id) => [id, true])));
  };
  show("session", question.text,
    h("p", { class: "phase" }, "After the session"),
    h("h1", {}, question.text),
    question.help && h("p", { class: "help" }, question.help),
    questionForm(question, reply));
}
