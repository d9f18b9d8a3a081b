// What was answered, and how to change it.

import { button, folded, h, show } from "./dom.js";
import { byFinding, groupForm, questionForm } from "./forms.js";
import { current } from "./places.js";
import { soFar } from "./question.js";

const changeable = ({ question }) => question && question.kind !== "offer";

const said = ({ visit }) => h("ol", { class: "log" }, current().map((one) => h("li", {},
  h("span", { class: "asked" }, one.q), h("span", { class: "said" }, one.a),
  changeable(one) && button(["Change", h("span", { class: "unseen" }, ` ${one.q}`)], () => visit(`change:${one.turn}`), "quiet small"))));

// All that was answered, for the end.
export function answers(actions) {
  const all = current();
  return all.length > 0 && folded(`Your answers (${all.length})`, said(actions));
}

// A change may say how soon to be seen: it is heard here, not only after the next touch.
const serious = ({ action }) => action.locked.length > 0 || ["soon", "same_day"].includes(action.level);

export function answersScreen(screen, actions) {
  show("answers", "Check your answers",
    serious(screen) && soFar(screen, actions),
    h("h1", {}, "Check your answers"),
    said(actions),
    h("div", { class: "actions" }, button("Go on", () => actions.visit(""), "main")));
}

// One earlier answer anew; what was said later stays.
export function changeScreen(entry, actions) {
  const { question } = entry;
  const take = (say, text, given) => actions.online(async () => {
    if (await actions.step({ do: "change", say }, { q: entry.q, a: text, question, given, changes: entry.turn })) actions.visit("answers");
  });
  const reply = (value, text, given) => take(value === null ? unsure(question) : told(question, value, entry), text, given);
  reply.unsure = (ticked, text, given) => take(byFinding(question, ticked, null), text, given);
  const together = (values, doubtful, text, given) => {
    const parts = question.parts.filter(({ id }) => id in values)
      .map((part) => (values[part.id] === null ? unsure(part) : byFinding(part, values[part.id])));
    take({ ...Object.assign({}, ...parts), ...Object.fromEntries(doubtful.map((id) => [id, null])) }, text, given);
  };
  show("question", `Change: ${entry.q}`,
    h("p", { class: "phase" }, "Change an answer"),
    h("h1", {}, entry.q),
    question.help && h("p", { class: "help" }, question.help),
    question.kind === "group" ? groupForm(question.parts, together, entry.given) : questionForm(question, reply, entry.given),
    h("div", { class: "actions" }, button("Leave it as it is", () => actions.visit("answers"), "quiet")));
}

const unsure = (question) => (question.kind === "checklist" ? byFinding(question, [], null) : { [question.id]: null });

// What nobody is asked is taken back only where it was said.
function told(question, value, { given }) {
  const say = byFinding(question, value);
  if (question.id !== "reported") return say;
  return Object.fromEntries(Object.entries(say).filter(([id, is]) => is || given.ticked.includes(id)));
}
