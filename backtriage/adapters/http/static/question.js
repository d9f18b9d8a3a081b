// One question, with what is already certain before it and the reason for asking beside it.

import { button, calm, dial, first, folded, h, linked, list, message, numbers, show } from "./dom.js";
import { groupForm, questionForm, signsForm } from "./forms.js";
import { crises, crisisPanel, reasonsFor, withoutCrises } from "./result.js";
import { before, current } from "./places.js";
import { save, state, words } from "./state.js";

// Whether something has to be said before the next question: it is urgent, or it is a message that must be shown.
const pressing = ({ action, phase }) => action.locked.length > 0 || (action.level !== null && phase === "safe");

// One step with what is said to the question.
const taking = (question, { online, step, next }) => (body, text, given = null) => online(async () => {
  if (await step(body, { q: question.text, a: text, why: question.why, question, given })) next();
});

function formOf(question, take) {
  const given = before(question);
  const reply = (value, text, kept) => take({ answer: value }, text, kept);
  // The ticked lines count; the service decides which of the others it asks again, one at a time.
  reply.unsure = (ticked, text, kept) => take(ticked.length
    ? { answer: ticked, not_sure: Object.keys(question.items).filter((id) => !ticked.includes(id)) }
    : { answer: null }, text, kept);
  const together = (values, unsure, text, kept) => take({ answer: values, ...(unsure.length ? { not_sure: unsure } : {}) }, text, kept);
  return question.kind === "group" ? groupForm(question.parts, together, given) : questionForm(question, reply, given);
}

// A crisis: its words, its numbers to tap, and what has to be known about it; the questions about the back wait.
export function crisisScreen(screen, actions) {
  const { question, about_crisis: urgent } = screen;
  const said = crises(screen.messages);
  const words = h("div", {}, said.map((one) => message(one, actions.known(), "locked")));
  const calls = said.flatMap(({ lead }) => numbers(lead)).filter((one) => actions.known().has(one));
  const heading = h("h1", {}, "Please read this first");
  show("crisis", "Please read this first",
    first(h("section", { class: "panel level crisis" }, heading, words), heading, words),
    calls.length > 0 && h("p", { class: "calls" }, [...new Set(calls)].map((one, at) => dial(one, `Ring ${one}`, at ? "call small" : "call"))),
    urgent && h("section", {}, h("h2", {}, question.text), question.help && h("p", { class: "help" }, question.help), formOf(question, taking(question, actions))),
    actions.regions(actions.relook),
    h("div", { class: "actions" }, !urgent && button("Go on with the questions about my back", actions.pass, "quiet"), actions.back()));
}

export function questionScreen(screen, actions) {
  const { question } = screen;
  const take = taking(question, actions);
  const group = question.kind === "group";
  const told = state.log.at(-1)?.why === question.why;
  show("question", question.text,
    question.kind === "offer" ? standing(screen, actions) : pressing(screen) && soFar(screen, actions),
    conversation(actions),
    screen.notices.length > 0 && h("section", { class: "panel warn" }, h("h2", {}, "The rules have changed since you began"), list(screen.notices.map(({ what }) => what))),
    h("p", { class: "phase" }, `${PHASES[question.phase]} · ${state.log.length + 1}`),
    h("h1", {}, question.text),
    question.help && h("p", { class: "help" }, question.help),
    formOf(question, take),
    question.why && !told && h("p", { class: "why" }, h("strong", {}, question.kind === "offer" ? "" : "Why we ask: "), question.why),
    h("div", { class: "actions" },
      (group || question.kind === "checklist") && button("Leave this open", () => take({ do: "skip" }, "Left open"), "quiet"),
      actions.back(),
      question.kind !== "offer" && button("Stop here and tell me what to do", () => take({ do: "stop" }, "Stop here"), "quiet"),
      screen.plan && button("Show what I have so far", actions.look, "quiet")),
    somethingElse(actions),
    screen.action.level === null && h("p", { class: "hint" }, linked(screen.action.message, actions.known())));
}

const PHASES = { safe: "Safety questions", plan: "Choosing exercises", startback: "How it affects you" };

// What is certain already, while questions are still open; a crisis before all else.
export function soFar(screen, actions) {
  const now = screen.messages.filter(({ part, locked, address }) => part === "now" && locked && !address.startsWith("messages.unsettled"));
  return [crisisPanel(now, actions.known()), screen.action.level && level(screen, screen.action.level, withoutCrises(now), actions)];
}

// The result that stands while more is on offer.
function standing(screen, actions) {
  const now = withoutCrises(screen.messages).slice(0, 1);
  return [crisisPanel(screen.messages, actions.known()),
    level(screen, screen.urgency || screen.action.level, now, actions, button("Show all of it", actions.look, "quiet"))];
}

// How soon to be seen. Where it says something new it is heard before the question.
function level(screen, name, texts, actions, ...below) {
  const heading = h("h2", {}, calm(screen.heading));
  const words = h("div", {}, texts.map((one) => message(one, actions.known(), "locked")), reasonsFor(screen));
  const section = h("section", { class: `panel level ${name}`, "aria-label": "So far" }, heading, words, ...below);
  if (state.heard === screen.heading) return section;
  state.heard = screen.heading;
  save();
  return first(section, heading, words);
}

// The last answer as it was given, and the way to the earlier ones.
function conversation({ visit }) {
  if (!state.log.length) return null;
  const last = state.log.at(-1);
  return h("section", { class: "chat", "aria-label": "Your answers so far" },
    button(`Check or change your answers (${current().length})`, () => visit("answers"), "quiet"),
    h("p", { class: "bubble theirs" }, last.q),
    h("p", { class: "bubble mine" }, last.a));
}

function somethingElse({ online, step, next }) {
  const question = { id: "reported", kind: "checklist", text: "Something else", items: Object.fromEntries(words.reported.map(({ id, text }) => [id, text])) };
  const say = (ids, text) => online(async () => {
    const given = { ticked: ids, none: false, unsure: false, shown: Object.keys(question.items) };
    if (await step({ say: Object.fromEntries(ids.map((id) => [id, true])) }, { q: question.text, a: text, question, given })) next();
  });
  return folded("Something else to tell us?", signsForm([{ ...question, text: "Tick what is so" }], "Tell us", say));
}
