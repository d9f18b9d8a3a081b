// What to do: the emergency screen, the result, and the exercises.

import { button, calm, dial, folded, h, list, message, numbers, show } from "./dom.js";
import { begin } from "./session.js";
import { leftOut, region, state, todays, words } from "./state.js";

const of = (screen, part) => screen.messages.filter((one) => one.part === part);

// -- emergency ----------------------------------------------------------------------------------------------------------

// The region's emergency numbers, to tap.
function ringing() {
  const [main, ...others] = numbers(region()?.emergency || "");
  if (!main) return h("p", { class: "call none" }, "Ring your local emergency number");
  return h("p", { class: "calls" }, dial(main, `Ring ${main}`, "call"), others.map((one) => dial(one, `or ${one}`, "call small")));
}

export function emergencyScreen(screen, actions) {
  const now = of(screen, "now");
  show("emergency", "Emergency",
    h("h1", {}, calm(screen.heading)),
    crises(now).map((one) => message(one, actions.known(), "locked")),
    ringing(),
    withoutCrises(now).map((one) => message(one, actions.known(), one.locked ? "locked" : "")),
    of(screen, "when").map((one) => message(one, actions.known(), "locked")),
    h("section", {}, h("h2", {}, "Say this when you ring"), list(screen.because.filter(({ level }) => level === "emergency").map(({ text }) => text))),
    actions.regions(actions.relook),
    h("section", {}, actions.answers(actions)),
    h("div", { class: "actions" }, actions.back(), actions.printing()));
}

// Whether a text of the rulebook is said: whom to ring first may be somebody else than the urgent line.
const saying = (screen, where) => of(screen, "now").some(({ address }) => address === where);

export const crises = (now) => now.filter(({ address }) => address.startsWith("messages.locked."));
export const withoutCrises = (now) => now.filter((one) => !crises([one]).length);

// Which crisis it is, where there is one.
export const crisisOf = (screen) => crises(of(screen, "now")).map(({ address }) => address).join(" ");

// Messages that come before everything else on a screen.
export function crisisPanel(now, known) {
  const said = crises(now);
  return said.length > 0 && h("section", { class: "panel level crisis", "aria-label": "Please read this first" },
    said.map((one) => message(one, known, "locked")));
}

// A red flag that an exercise session has brought up: the same screen, from the session's instruction.
export function stopScreen(told, actions, ...below) {
  show("emergency", "Stop",
    h("h1", {}, calm(told.heading)),
    ringing(),
    message({ lead: told.text }, actions.known(), "locked"),
    below);
}

// What to say at the appointment, where the message speaks of a reason.
export function reasonsFor(screen) {
  const said = screen.because.filter(({ level }) => level === screen.action.level);
  return screen.action.level === "soon" && said.length > 0 && h("div", {}, h("h3", {}, "The reason"), list(said.map(({ text }) => text)));
}

// -- the result -----------------------------------------------------------------------------------------------------------

export function resultScreen(screen, actions) {
  const { plan } = screen;
  const level = screen.action.level || "open";
  const cards = plan ? Object.fromEntries(plan.exercises.map((card) => [card.id, card])) : {};
  const set = plan ? todays(plan.session) : [];
  const others = plan ? plan.exercises.filter(({ id, status }) => status === "allowed" && !set.includes(id) && todays([id]).length) : [];
  const left = plan ? leftOut(plan.exercises) : [];
  show("result", calm(screen.heading),
    crisisPanel(of(screen, "now"), actions.known()),
    h("section", { class: `panel level ${level}` },
      h("h1", {}, calm(screen.heading)),
      withoutCrises(of(screen, "now")).map((one) => message(one, actions.known(), one.locked ? "locked" : "")),
      reasonsFor(screen),
      of(screen, "when").map((one) => message(one, actions.known(), "locked")),
      saying(screen, "messages.levels.same_day.say") && urgentCall()),
    !screen.done && h("div", { class: "actions" }, button("Go on with the questions", actions.question, "main")),
    h("section", { class: "panel warn" }, h("h2", {}, "Watch for"), of(screen, "watch").map((one) => message(one, actions.known()))),
    plan && h("section", {}, h("h2", {}, "Your set for today"),
      left.length > 0 && h("div", { class: "panel warn" }, list(left)),
      set.length > 0 && h("div", { class: "actions" }, state.running ? button("Go on with the set", () => actions.visit("session"), "main large") : button("Do the set with me", () => begin(actions), "main large")),
      set.map((id, index) => cardOf(cards[id], index + 1))),
    others.length > 0 && h("section", {}, h("h2", {}, "Also allowed"), others.map((card) => cardOf(card))),
    plan && h("section", { class: "panel warn" }, h("h2", {}, "When to stop"),
      list(of(screen, "stop").map(({ text }) => h("span", { class: "locked" }, text)))),
    plan && plan.cautions.length > 0 && h("section", { class: "panel" }, h("h2", {}, "Be careful"), list(plan.cautions)),
    plan && h("section", {}, h("h2", {}, "Why not the others"), whyNot(plan)),
    plan && plan.advice.length > 0 && h("section", {}, folded("Good to know", list(plan.advice))),
    screen.because.length > 0 && h("section", {}, folded("Why this result", list(screen.because.map(reasoned)))),
    screen.notices.length > 0 && list(screen.notices.map(({ what }) => what)),
    screen.valid_hours > 0 && h("p", {}, `This stands for ${days(screen.valid_hours)} if nothing changes. Ask again when anything does.`),
    h("p", { class: "hint" }, `By rulebook ${words.rulebook}.`),
    h("section", {}, actions.answers(actions)),
    h("div", { class: "actions" },
      screen.done && actions.back(),
      screen.done && screen.on_offer === "plan" && button("Choose exercises after all", actions.more, "quiet"),
      actions.printing()));
}

// The region's line for urgent advice, where it has a number.
function urgentCall() {
  const [number] = numbers(region()?.urgent || "");
  return number && h("p", { class: "calls" }, dial(number, `Ring ${number}`, "call small"));
}

const days = (hours) => (hours === 24 ? "1 day" : `${Math.round(hours / 24)} days`);

// -- exercises ------------------------------------------------------------------------------------------------------------

export function cardOf(card, number = 0) {
  return h("article", { class: "card" },
    h("h3", {}, number ? `${number}. ${card.name}` : card.name),
    figure(card),
    list(card.dose.map((part) => part.charAt(0).toUpperCase() + part.slice(1)), "ul", "dose"),
    folded(["How to do it", h("span", { class: "unseen" }, `: ${card.name}`)],
      list(card.steps, "ol"),
      card.variants.map(({ name, how }) => h("p", {}, h("strong", {}, `${name}: `), how)),
      card.feel && h("p", {}, h("strong", {}, "Feel: "), card.feel),
      (card.avoid.length + card.cautions.length > 0) && [h("h4", {}, "Take care"), list([...card.avoid, ...card.cautions], "ul", "care")]),
    folded(["Why this one, and what comes later", h("span", { class: "unseen" }, `: ${card.name}`)],
      list(card.why.map(reasoned)),
      card.progression && h("p", {}, h("strong", {}, "Later: "), card.progression),
      card.muscles.length > 0 && h("p", {}, h("strong", {}, "Works: "), card.muscles.join(", "))));
}

// The drawing, where there is one; a drawing that cannot be loaded leaves no hole.
export function figure(card) {
  if (!card.figure) return null;
  const drawing = h("img", { src: card.figure.src, alt: card.figure.alt, class: "figure", loading: "lazy" });
  drawing.addEventListener("error", () => drawing.remove());
  return drawing;
}

const STATUS = { withheld: "Not yet: an answer is missing", excluded: "Leave out", not_offered: "Does not fit what you told us" };

function whyNot(plan) {
  return Object.entries(STATUS).map(([status, heading]) => {
    const cards = plan.exercises.filter((card) => card.status === status);
    return cards.length > 0 && folded(`${heading} (${cards.length})`,
      h("dl", {}, cards.map((card) => [h("dt", {}, card.name), card.why.map((why) => h("dd", {}, reasoned(why)))])));
  });
}

const EVIDENCE = { second_hand: "read through another page", unverified: "not checked against a source yet" };

// A reason, and who says so.
function reasoned({ text, sources, evidence, judgement }) {
  const from = [...sources, ...(judgement ? ["how soon, or from which number on, is our own judgement"] : []), ...(EVIDENCE[evidence] ? [EVIDENCE[evidence]] : [])];
  return [h("span", {}, text), from.length > 0 && h("small", { class: "sources" }, `Source: ${from.join("; ")}`)];
}
