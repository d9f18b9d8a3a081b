// Small helpers for making the page. Every text goes in as text, never as markup.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export const $ = (id) => document.getElementById(id);

export function button(text, onclick, kind = "") {
  return h("button", { type: "button", class: kind, onclick }, ...[text].flat());
}

export function list(items, tag = "ul", kind = "") {
  return h(tag, { class: kind }, items.map((item) => h("li", {}, item)));
}

export function folded(summary, ...inside) {
  return h("details", {}, h("summary", {}, summary), ...inside);
}

// A heading line in capitals, as the library prints it, in sentence case.
export function calm(heading) {
  return heading.toLowerCase().replace(/(^|\. )\p{L}/gu, (start) => start.toUpperCase());
}

// Says something to whoever listens instead of looking.
export function announce(text) {
  $("announcer").textContent = "";
  setTimeout(() => { $("announcer").textContent = text; }, 50);
}

// A message above everything; one of a kind at a time. It takes the focus, and so comes into view, unless it is only news.
export function notice(kind, ...inside) {
  dismiss(kind);
  const shown = h("div", { class: `notice ${kind}`, "data-kind": kind, tabindex: "-1" }, ...inside);
  $("notices").append(shown);
  if (kind !== "elsewhere") shown.focus();
}

export function dismiss(kind) {
  for (const old of $("notices").querySelectorAll(`[data-kind="${kind}"]`)) old.remove();
}

const DOUBLE_TAP = 400;
let fresh = 0;

// What has to be heard before the heading: it gets the focus in its place, and is read out as a whole.
export function first(section, name, ...words) {
  const own = [name, ...words].map((one, at) => (one.id ||= `first-${at}`));
  const heard = { tabindex: "-1", role: "group", "data-first": "", "aria-labelledby": own[0], "aria-describedby": own.slice(1).join(" ") };
  section.removeAttribute("aria-label");
  for (const [attribute, value] of Object.entries(heard)) section.setAttribute(attribute, value);
  return section;
}

// Shows one screen: its heading gets the focus, so that keyboard and screen reader start there. For a moment it takes no
// touch: the second tap of a double tap must not answer the next question.
export function show(view, title, ...inside) {
  if (document.body.className) document.body.dataset.fresh = ""; // the first screen follows no tap
  document.body.className = view;
  clearTimeout(fresh);
  fresh = setTimeout(() => { delete document.body.dataset.fresh; }, DOUBLE_TAP);
  document.title = `${title} · Back and neck pain`;
  const main = $("main");
  main.replaceChildren(...inside.flat(Infinity).filter(Boolean));
  const heading = main.querySelector("[data-first]") || main.querySelector("h1");
  if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  window.scrollTo(0, 0);
}

// -- telephone numbers ----------------------------------------------------------------------------------------------

const NUMBER = /\d(?:[\d -]*\d)?/g;

export function numbers(text) {
  return (text.match(NUMBER) || []).filter((one) => one.replace(/\D/g, "").length >= 3);
}

export function dial(number, text = number, kind = "") {
  return h("a", { class: kind, href: `tel:${number.replace(/[^\d+]/g, "")}` }, text);
}

// The same words, with the region's telephone numbers as links.
export function linked(text, known) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(NUMBER)) {
    if (!known.has(match[0])) continue;
    parts.push(text.slice(from, match.index), dial(match[0]));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

// A message: its words, or a heading with a list and what stands after it.
export function message({ lead, items = [], after = "" }, known = new Set(), kind = "") {
  if (!items.length) return h("p", { class: kind }, linked(lead, known));
  return h("div", { class: kind }, h("p", {}, h("strong", {}, `${lead}:`)), list(items.map((item) => linked(item, known))), after && h("p", {}, after));
}
