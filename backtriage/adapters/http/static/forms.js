// Questions as forms. Each form calls `reply(value, words)` with what the service wants and with what the person said.

import { bodyMap } from "./body.js";
import { button, h } from "./dom.js";

const BODY = "where";
let counter = 0;
const unique = (name) => `${name}-${++counter}`;

// A form with a place for what is wrong; `read` gives [value, words], or throws a text.
function asForm(read, reply, inside, ...buttons) {
  const wrong = h("p", { class: "wrong", role: "alert", id: unique("wrong") });
  const form = h("form", { novalidate: true }, inside, wrong, h("div", { class: "actions" },
    h("button", { class: "main" }, "Continue"), ...buttons));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wrong.textContent = "";
    let said;
    try { said = read(); } catch (problem) {
      wrong.textContent = problem;
      const first = form.querySelector("input:not([type=hidden])");
      first?.setAttribute("aria-describedby", wrong.id);
      first?.focus();
      return;
    }
    reply(...said);
  });
  return form;
}

const notSure = (reply) => button("Not sure", () => reply(null, "Not sure"));

// A line to tick; what it means is part of it, and never shown without it.
function row(type, name, text, onchange, meant = "") {
  const input = h("input", { type, name, onchange });
  return { input, label: h("label", { class: "row" }, input, h("span", {}, text, meant && h("span", { class: "meant" }, ` ${meant}`))) };
}

// -- the kinds ------------------------------------------------------------------------------------------------------

// What stands on the screen for a question, and `read`, which gives [value, words] or throws a text.

function ticks(question, { heading }) {
  const name = unique("list");
  const meant = question.item_help || {};
  const rows = Object.fromEntries(Object.entries(question.items).map(([id, text]) => [id, row("checkbox", name, text, () => changed(id), meant[id])]));
  const none = row("checkbox", name, "None of these", () => changed(none));
  const unsure = row("checkbox", name, "Not sure about some of these", () => changed(unsure));
  const ticked = () => Object.keys(rows).filter((id) => rows[id].input.checked);
  const map = question.id === BODY ? bodyMap(question.items, (id) => rows[id].input.checked, (id) => {
    rows[id].input.checked = !rows[id].input.checked;
    changed(id);
  }) : null;

  function changed(what) {
    if (what === none && none.input.checked) {
      for (const { input } of [...Object.values(rows), unsure]) input.checked = false;
    } else if (none.input.checked && (what === unsure || rows[what]?.input.checked)) none.input.checked = false;
    map?.update();
  }

  const read = () => {
    const ids = ticked();
    const words = ids.map((id) => question.items[id]).join("; ");
    if (unsure.input.checked) return [{ unsure: ids }, words ? `${words}. Not sure about the rest` : "Not sure"];
    if (none.input.checked) return ["none", "None of these"];
    if (!ids.length) throw "Tick what applies, or “None of these”, or “Not sure”.";
    return [ids, words];
  };
  return { read, inside: [
    map && h("p", { class: "hint" }, "Touch the places on the drawing, or tick them in the list."),
    map?.map,
    h("fieldset", {}, h("legend", { class: "unseen" }, heading),
      Object.values(rows).map(({ label }) => label),
      h("div", { class: "others" }, none.label, unsure.label)),
  ] };
}

function radios(options, { heading }) {
  const name = unique("choice");
  const rows = options.map(([value, text]) => [value, text, row("radio", name, text)]);
  const read = () => {
    const found = rows.find(([, , { input }]) => input.checked);
    if (!found) throw "Choose one, or “Not sure”.";
    return [found[0], found[1]];
  };
  return { read, inside: h("fieldset", {}, h("legend", { class: "unseen" }, heading), rows.map(([, , { label }]) => label)) };
}

// `reply.unsure(ticked, words)` takes the ticks of somebody who is not sure of the rest.
function checklist(question, reply, settings) {
  const { read, inside } = ticks(question, settings);
  const answered = (value, words) => (value?.unsure ? reply.unsure(value.unsure, words) : reply(value, words));
  return asForm(read, answered, inside);
}

function yesNo(question, reply) {
  return h("div", { class: "choices" },
    button("Yes", () => reply(true, "Yes"), "main"),
    button("No", () => reply(false, "No"), "main"),
    notSure(reply));
}

function offer(question, reply) {
  return h("div", { class: "choices" },
    button("Yes, please", () => reply(true, "Yes, please"), "main"),
    button("No, thank you", () => reply(false, "No, thank you")));
}

function choice(question, reply, settings) {
  const { read, inside } = radios(Object.entries(question.options), settings);
  return asForm(read, reply, inside, notSure(reply));
}

// 0 to 10 as eleven keys: one touch, no typing.
export function scale(question, reply, heading, unsure = true) {
  const keys = [];
  for (let value = question.minimum; value <= question.maximum; value++) {
    keys.push(button(String(value), () => reply(value, `${value} of ${question.maximum}`), "key"));
  }
  return h("div", {},
    h("div", { class: "scale", role: "group", "aria-label": heading }, keys),
    h("p", { class: "ends" }, "0 is none, 10 is the worst there is."),
    unsure && h("div", { class: "actions" }, notSure(reply)));
}

const SPANS = { days: 1, weeks: 7, months: 30.4375, years: 365 };

function number(question, reply, settings) {
  if (question.maximum - question.minimum <= 10 && question.step === 1) return scale(question, reply, settings.heading);
  const { read, inside } = figure(question, settings);
  return asForm(read, reply, inside, notSure(reply));
}

function figure(question, { heading }) {
  const { minimum, maximum, step, unit } = question;
  const id = unique("number");
  const input = h("input", { id, type: "text", inputmode: step % 1 ? "decimal" : "numeric", autocomplete: "off", class: "number" });
  const spans = unit === "days" && maximum >= 3650
    ? h("select", { "aria-label": "Days, weeks, months or years" }, Object.keys(SPANS).map((name) => h("option", {}, name)))
    : null;
  const said = h("p", { class: "hint", "aria-live": "polite" });
  const value = () => {
    const text = input.value.trim().replace(",", ".");
    if (!/^\d+(\.\d+)?$/.test(text)) return NaN;
    return spans ? Math.round(Number(text) * SPANS[spans.value]) : Number(text);
  };
  const update = () => { said.textContent = spans && spans.value !== "days" && value() >= 0 ? `That is ${value()} days.` : ""; };
  input.addEventListener("input", update);
  spans?.addEventListener("change", update);
  const read = () => {
    const given = value();
    const allowed = `Give a number from ${minimum} to ${maximum} ${unit}, or “Not sure”.`;
    if (!(given >= minimum && given <= maximum) || (step % 1 === 0 && given % step)) throw allowed;
    return [given, spans && spans.value !== "days" ? `${input.value.trim()} ${spans.value} (${given} days)` : `${given} ${unit}`];
  };
  const inside = h("div", { class: "number-row" },
    h("label", { for: id, class: "unseen" }, `${heading} (${unit})`), input, spans || h("span", {}, unit));
  return { read, inside: [inside, said] };
}

// A reply as answers by finding; of a list every line: what is ticked, and `others` for the rest.
export function byFinding({ id, kind, items }, value, others = false) {
  if (kind !== "checklist") return { [id]: value };
  const ticked = value === "none" ? [] : value;
  return Object.fromEntries(Object.keys(items).map((line) => [line, ticked.includes(line) || others]));
}

const KINDS = { checklist, yes_no: yesNo, number, choice, offer };

export function questionForm(question, reply) {
  return KINDS[question.kind](question, reply, { heading: question.text });
}

// -- several questions on one screen --------------------------------------------------------------------------------

const UNSURE = [null, "Not sure"];
const PARTS = {
  checklist: ticks,
  yes_no: (_, settings) => radios([[true, "Yes"], [false, "No"], UNSURE], settings),
  choice: (question, settings) => radios([...Object.entries(question.options), UNSURE], settings),
  number: (question, settings) => {
    const { read, inside } = figure(question, settings);
    const unsure = row("checkbox", unique("unsure"), "Not sure");
    return { read: () => (unsure.input.checked ? UNSURE : read()), inside: [inside, unsure.label] };
  },
};

// Each question has its own answers and its own “None of these”. `reply(values, unsure, words)` takes them together:
// question to value, the lines that the person is not sure of, and what was said in words. What is left blank is left
// out, and asked again: nobody has to look up a date before an emergency counts.
export function groupForm(parts, reply) {
  const asked = parts.map((part) => {
    const { read, inside } = PARTS[part.kind](part, { heading: part.text });
    return { part, read, box: h("section", {}, h("h2", {}, part.text), part.help && h("p", { class: "help" }, part.help), inside) };
  });
  const answered = ({ box }) => [...box.querySelectorAll("input")].some((one) => (one.type === "text" ? one.value.trim() : one.checked));
  const read = () => {
    const values = {};
    const doubtful = [];
    const some = asked.filter(answered);
    if (!some.length) throw "Answer at least one of these.";
    const said = some.map(({ part, read: own }) => {
      let value, words;
      try { [value, words] = own(); } catch (problem) { throw `${part.text} ${problem}`; }
      values[part.id] = value?.unsure ? (value.unsure.length ? value.unsure : null) : value;
      if (value?.unsure?.length) doubtful.push(...Object.keys(part.items).filter((id) => !value.unsure.includes(id)));
      return `${part.text} ${words}`;
    });
    return [{ values, doubtful }, said.join(" · ")];
  };
  return asForm(read, ({ values, doubtful }, words) => reply(values, doubtful, words), asked.map(({ box }) => box));
}
