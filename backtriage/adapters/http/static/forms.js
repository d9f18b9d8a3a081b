// Questions as forms. Each form calls `reply(value, words, given)` with what the service wants, what the person said, and
// the answer as it stood on the form, which fills the form when the question is shown again.

import { placesOf } from "./body.js";
import { $, button, h } from "./dom.js";

const BODY = "where";
let counter = 0;
const unique = (name) => `${name}-${++counter}`;

// -- what is wrong ----------------------------------------------------------------------------------------------------

// Says on top what is wrong, with a link to each place, as the last thing that was done; it takes the focus.
function complain(wrongs) {
  const old = document.querySelector(".error-summary");
  old?.remove();
  if (!wrongs.length) return;
  const heading = h("h2", { id: "error-summary" }, "There is a problem");
  const link = ([text, input]) => h("li", {}, h("a", {
    href: `#${input.id}`,
    onclick: (event) => { event.preventDefault(); input.focus(); },
  }, text));
  const summary = h("div", { class: "notice error-summary", role: "alert", tabindex: "-1", "aria-labelledby": "error-summary" }, heading, h("ul", {}, wrongs.map(link)));
  $("main").prepend(summary);
  if (!document.title.startsWith("Error: ")) document.title = `Error: ${document.title}`;
  summary.focus();
}

// A place on a form: `read` gives what was said, or says at the place what is wrong and adds it to `wrongs`.
function field({ read, inside, first }, asked = "") {
  const wrong = h("p", { class: "wrong", id: unique("wrong") });
  first.id ||= unique("field");
  return {
    inside: [wrong, inside],
    answered: () => [inside].flat(Infinity).filter(Boolean).some((part) => [part, ...part.querySelectorAll("input")]
      .some((one) => (one.type === "text" ? one.value.trim() : one.checked))),
    read(wrongs) {
      wrong.textContent = "";
      first.removeAttribute("aria-describedby");
      try { return read(); } catch (problem) {
        if (typeof problem !== "string") throw problem;
        wrong.textContent = problem;
        first.setAttribute("aria-describedby", wrong.id);
        wrongs.push([asked ? `${asked} ${problem}` : problem, first]);
        return null;
      }
    },
  };
}

// A form; `read(wrongs)` gives what `reply` takes.
function asForm(read, reply, inside, submit = "Continue", ...buttons) {
  return h("form", { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const wrongs = [];
    const said = read(wrongs);
    complain(wrongs);
    if (!wrongs.length) reply(...said);
  } }, inside, h("div", { class: "actions" }, h("button", { class: "main" }, submit), ...buttons));
}

function oneField(part, reply, ...buttons) {
  const { read, inside } = field(part);
  return asForm(read, reply, inside, "Continue", ...buttons);
}

const notSure = (reply) => button("Not sure", () => reply(null, "Not sure", null));

// A line to tick; what it means is part of it, and never shown without it.
function row(type, name, text, onchange, meant = "") {
  const input = h("input", { type, name, onchange, id: unique("line") });
  return { input, label: h("label", { class: "row" }, input, h("span", {}, text, meant && h("span", { class: "meant" }, ` ${meant}`))) };
}

// -- the kinds ------------------------------------------------------------------------------------------------------

// What stands on the screen for a question, and `read`, which gives [value, words, given] or throws a text.

function ticks(question, { heading, given }) {
  const name = unique("list");
  const meant = question.item_help || {};
  const rows = Object.fromEntries(Object.entries(question.items).map(([id, text]) => [id, row("checkbox", name, text, () => changed(id), meant[id])]));
  const none = row("checkbox", name, "None of these", () => changed(none));
  const unsure = row("checkbox", name, "Not sure about some of these", () => changed(unsure));
  const ticked = () => Object.keys(rows).filter((id) => rows[id].input.checked);
  const sides = question.id === BODY ? placesOf(question.items, rows, changed) : null;

  function changed(what) {
    if (what === none && none.input.checked) {
      for (const { input } of [...Object.values(rows), unsure]) input.checked = false;
    } else if (none.input.checked && (what === unsure || rows[what]?.input.checked)) none.input.checked = false;
    sides?.update();
  }

  // What was said before. “None of these” says nothing of a line that was not there.
  if (given) {
    for (const id of given.ticked) if (rows[id]) rows[id].input.checked = true;
    none.input.checked = given.none && Object.keys(rows).every((id) => given.shown.includes(id));
    unsure.input.checked = given.unsure;
    sides?.fill(given.sides || {});
  }
  sides?.update();

  const read = () => {
    const ids = ticked();
    const words = ids.map((id) => `${question.items[id]}${sides?.words(id) || ""}`).join("; ");
    const kept = { ticked: ids, none: none.input.checked, unsure: unsure.input.checked, shown: Object.keys(rows), ...(sides && { sides: sides.said() }) };
    if (unsure.input.checked) return [{ unsure: ids }, words ? `${words}. Not sure about the rest` : "Not sure", kept];
    if (none.input.checked) return ["none", "None of these", kept];
    if (!ids.length) throw "Tick what applies, or “None of these”, or “Not sure”.";
    return [ids, words, kept];
  };
  return { read, first: Object.values(rows)[0].input, inside: [
    sides && h("p", { class: "hint" }, "Touch the places on the drawing, or tick them in the list."),
    sides?.map,
    h("fieldset", {}, h("legend", { class: "unseen" }, heading),
      Object.entries(rows).map(([id, { label }]) => [label, sides?.rows[id]]),
      h("div", { class: "others" }, none.label, unsure.label)),
  ] };
}

function radios(options, { heading, given }) {
  const name = unique("choice");
  const rows = options.map(([value, text]) => [value, text, row("radio", name, text)]);
  for (const [value, , { input }] of rows) input.checked = given?.value === value;
  const read = () => {
    const found = rows.find(([, , { input }]) => input.checked);
    if (!found) throw "Choose one, or “Not sure”.";
    return [found[0], found[1], { value: found[0] }];
  };
  return { read, first: rows[0][2].input, inside: h("fieldset", {}, h("legend", { class: "unseen" }, heading), rows.map(([, , { label }]) => label)) };
}

// `reply.unsure(ticked, words, given)` takes the ticks of somebody who is not sure of the rest.
function checklist(question, reply, settings) {
  const answered = (value, words, given) => (value?.unsure ? reply.unsure(value.unsure, words, given) : reply(value, words, given));
  return oneField(ticks(question, settings), answered);
}

// Buttons of which one was pressed before.
const pressed = (one, is) => { if (is) one.setAttribute("aria-pressed", "true"); return one; };

function yesNo(question, reply, { given }) {
  const said = (value, words) => pressed(button(words, () => reply(value, words, { value }), "main"), given?.value === value);
  return h("div", { class: "choices" }, said(true, "Yes"), said(false, "No"), notSure(reply));
}

function offer(question, reply) {
  return h("div", { class: "choices" },
    button("Yes, please", () => reply(true, "Yes, please", null), "main"),
    button("No, thank you", () => reply(false, "No, thank you", null)));
}

function choice(question, reply, settings) {
  return oneField(radios(Object.entries(question.options), settings), reply, notSure(reply));
}

// 0 to 10 as eleven keys: one touch, no typing.
export function scale(question, reply, { heading, given }, unsure = true) {
  const keys = [];
  for (let value = question.minimum; value <= question.maximum; value++) {
    keys.push(pressed(button(String(value), () => reply(value, `${value} of ${question.maximum}`, { value }), "key"), given?.value === value));
  }
  return h("div", {},
    h("div", { class: "scale", role: "group", "aria-label": heading }, keys),
    h("p", { class: "ends" }, "0 is none, 10 is the worst there is."),
    unsure && h("div", { class: "actions" }, notSure(reply)));
}

const SPANS = { days: 1, weeks: 7, months: 30.4375, years: 365 };

function number(question, reply, settings) {
  if (question.maximum - question.minimum <= 10 && question.step === 1) return scale(question, reply, settings);
  return oneField(figure(question, settings), reply, notSure(reply));
}

function figure(question, { heading, given }) {
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
  if (given?.typed) {
    input.value = given.typed;
    if (spans && given.span) spans.value = given.span;
    update();
  }
  const read = () => {
    const found = value();
    const allowed = `Give a number from ${minimum} to ${maximum} ${unit}, or “Not sure”.`;
    if (!(found >= minimum && found <= maximum) || (step % 1 === 0 && found % step)) throw allowed;
    const kept = { typed: input.value.trim(), span: spans?.value };
    return [found, spans && spans.value !== "days" ? `${kept.typed} ${kept.span} (${found} days)` : `${found} ${unit}`, kept];
  };
  const inside = h("div", { class: "number-row" },
    h("label", { for: id, class: "unseen" }, `${heading} (${unit})`), input, spans || h("span", {}, unit));
  return { read, first: input, inside: [inside, said] };
}

// A reply as answers by finding; of a list every line: what is ticked, and `others` for the rest.
export function byFinding({ id, kind, items }, value, others = false) {
  if (kind !== "checklist") return { [id]: value };
  const ticked = value === "none" ? [] : value;
  return Object.fromEntries(Object.keys(items).map((line) => [line, ticked.includes(line) || others]));
}

const KINDS = { checklist, yes_no: yesNo, number, choice, offer };

export function questionForm(question, reply, given = null) {
  return KINDS[question.kind](question, reply, { heading: question.text, given });
}

// -- several questions on one screen --------------------------------------------------------------------------------

const UNSURE = [null, "Not sure"];
const PARTS = {
  checklist: ticks,
  yes_no: (_, settings) => radios([[true, "Yes"], [false, "No"], UNSURE], settings),
  choice: (question, settings) => radios([...Object.entries(question.options), UNSURE], settings),
  number: (question, settings) => {
    const { read, inside, first } = figure(question, settings);
    const unsure = row("checkbox", unique("unsure"), "Not sure");
    unsure.input.checked = Boolean(settings.given?.unsure);
    return { read: () => (unsure.input.checked ? [...UNSURE, { unsure: true }] : read()), first, inside: [inside, unsure.label] };
  },
};

// Each question has its own answers and its own “None of these”. `reply(values, unsure, words, given)` takes them
// together: question to value, the lines that the person is not sure of, and what was said in words. What is left blank is
// left out, and asked again: nobody has to look up a date before an emergency counts.
export function groupForm(parts, reply, given = null) {
  const asked = parts.map((part) => {
    const place = field(PARTS[part.kind](part, { heading: part.text, given: given?.[part.id] }), part.text);
    return { part, place, box: h("section", {}, h("h2", {}, part.text), part.help && h("p", { class: "help" }, part.help), place.inside) };
  });
  const read = (wrongs) => {
    const some = asked.filter(({ place }) => place.answered());
    if (!some.length) {
      wrongs.push(["Answer at least one of these.", asked[0].box.querySelector("input")]);
      return null;
    }
    const values = {};
    const kept = {};
    const doubtful = [];
    const said = some.map(({ part, place }) => {
      const [value, words, own] = place.read(wrongs) || [];
      values[part.id] = value?.unsure ? (value.unsure.length ? value.unsure : null) : value;
      kept[part.id] = own;
      if (value?.unsure?.length) doubtful.push(...Object.keys(part.items).filter((id) => !value.unsure.includes(id)));
      return `${part.text} ${words}`;
    });
    return [values, doubtful, said.join(" · "), kept];
  };
  return asForm(read, reply, asked.map(({ box }) => box));
}

// Signs that may be said at any time: `reply(ids, words)` takes what is ticked, whatever list it stands in.
export function signsForm(groups, submit, reply, ...buttons) {
  const rows = groups.map(({ id, text, items, item_help: meant = {} }) => [items ? text : "", Object.entries(items || { [id]: text })
    .map(([line, words]) => [line, words, row("checkbox", unique("sign"), words, null, meant[line])])]);
  const all = rows.flatMap(([, lines]) => lines);
  const place = field({ first: all[0][2].input, inside: rows.map(([text, lines]) => h("fieldset", {}, h("legend", text ? {} : { class: "unseen" }, text || lines[0][1]), lines.map(([, , { label }]) => label))),
    read() {
      const ticked = all.filter(([, , { input }]) => input.checked);
      if (!ticked.length) throw "Tick what is so.";
      return [ticked.map(([id]) => id), ticked.map(([, words]) => words).join("; ")];
    } });
  return asForm(place.read, reply, place.inside, submit, ...buttons);
}
