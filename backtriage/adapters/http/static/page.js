// The conversation: one question at a time, until there is something to do.

import { $, announce, button, dial, dismiss, h, linked, list, notice, numbers } from "./dom.js";
import { answersScreen, answers, changeScreen } from "./answers.js";
import { current, go, place, stay } from "./places.js";
import { crisisScreen, questionScreen } from "./question.js";
import { crisisOf, emergencyScreen, resultScreen } from "./result.js";
import { sessionScreen } from "./session.js";
import { Failed, forget, get, guess, listen, post, region, restore, save, state, tell, untold, words } from "./state.js";
import { welcomeScreen } from "./welcome.js";

let busy = false;
let moved = false; // the browser's own back or forward was used meanwhile

// Every telephone number of the region, as it is written in the texts.
function known() {
  const { emergency = "", urgent = "", crisis = "", poison = "" } = region() || {};
  return new Set([emergency, urgent, crisis, poison].flatMap(numbers));
}

// -- talking to the service -----------------------------------------------------------------------------------------

// Does something that needs the service; says so while it cannot be reached, and tries again when asked to.
async function online(work) {
  if (busy) return;
  busy = true;
  document.body.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => announce("One moment, please."), 1500);
  let failed = null;
  try { await work(); } catch (error) {
    if (!(error instanceof Failed)) throw error;
    failed = error;
  } finally {
    busy = false;
    clearTimeout(slow);
    document.body.removeAttribute("aria-busy");
  }
  dismiss("offline");
  dismiss("refused");
  if (!failed && moved) { moved = false; await online(follow); }
  if (!failed) return;
  if (failed.status === 422 || failed.status === 400 || failed.status === 413) refused(failed);
  else unreachable(failed, work);
}

function unreachable(failed, work) {
  const again = () => { window.removeEventListener("online", again); online(work); };
  window.addEventListener("online", again, { once: true });
  helpless(failed.status ? "The service could not answer." : "The service cannot be reached.", button("Try again", again, "main"));
}

// Nothing can be asked or said now: what to do without this page.
function helpless(what, ...buttons) {
  notice("offline",
    h("p", {}, h("strong", {}, what)),
    h("p", {}, "Your answers are kept in this tab."),
    h("div", { class: "actions" }, buttons),
    h("p", {}, "If you are worried, do not wait for this page: ", linked(`ring ${region()?.urgent || "your doctor"}.`, known())),
    h("p", {}, linked(`In an emergency ring ${region()?.emergency || "your local emergency number"}.`, known())));
}

// A mistake of this page itself must not leave anybody before a dead screen.
function mistaken() {
  helpless("Something in this page went wrong.", button("Load it again", () => location.reload(), "main"), button("Start again", ask));
}
for (const kind of ["error", "unhandledrejection"]) addEventListener(kind, mistaken);

function startAgain() {
  for (const kind of ["stale", "elsewhere", "offline", "refused"]) dismiss(kind);
  forget();
  begin();
}

// What the service does not take, in view and without the names that programs go by.
function refused(failed) {
  notice("refused", h("p", {}, h("strong", {}, "This could not be used.")),
    list(failed.problems.map(({ what, hint }) => (hint ? `${what}; ${hint}` : what))),
    button("Start again", ask, "quiet"));
}

// One step of the interview. `said` is what it adds to the answers: {q, a} in words, and what is needed to ask it again.
async function step(body, said) {
  const shown = state.screen;
  const taken = state.kept;
  let screen;
  try {
    screen = await post("interview", { interview: taken, turn: shown.turn, region: state.region || "", ...body });
  } catch (failed) {
    if (failed instanceof Failed && failed.status === 409) { stale(failed.data.current); return null; }
    throw failed;
  }
  if (state.newer && state.newer.screen.turn >= screen.turn) { stale(state.newer.screen); return null; }
  keep(screen);
  if (said) {
    state.log.push({ turn: shown.turn, ...said, body, turns: screen.interview.steps.length - taken.steps.length });
    if (said.turn === undefined) state.undone = state.undone.filter(({ question }) => !question || question.id !== said.question?.id);
  }
  share();
  return screen;
}

function keep(screen) {
  // What is no longer so is heard again when it comes back.
  if (!crisisOf(screen)) state.passed = "";
  if (!screen.action.level) state.heard = "";
  state.screen = screen;
  state.kept = screen.interview;
  save();
}

function share() {
  save();
  tell({ screen: state.screen, log: state.log });
}

// -- two tabs ---------------------------------------------------------------------------------------------------------

function overtaken(screen) {
  Object.assign(state, { newer: null, undone: [] });
  keep(screen);
  stay("");
  render();
}

function stale(current) {
  if (state.newer) state.log = state.newer.log;
  overtaken(current);
  dismiss("elsewhere");
  notice("stale", h("p", {}, h("strong", {}, "You have answered in another window. "),
    "What you have just answered here was not taken. This is the current question."));
}

listen((heard) => {
  if (heard.forgotten) { startAgain(); return; }
  if (!state.screen || heard.screen.turn <= state.screen.turn) return;
  state.newer = heard;
  state.kept = heard.screen.interview;
  save();
  notice("elsewhere", h("p", {}, h("strong", {}, "You have gone on in another window.")),
    button("Show the current question here", () => {
      state.log = heard.log;
      dismiss("elsewhere");
      overtaken(heard.screen);
    }));
});

// -- the screens ------------------------------------------------------------------------------------------------------

let shown = "";

function render() {
  chrome();
  const { screen } = state;
  const { view } = place();
  shown = view;
  const changing = view.startsWith("change:") && current().find(({ turn }) => `change:${turn}` === view);
  if (view === "welcome" || !state.begun) return welcomeScreen(screen, actions);
  if (changing) return changeScreen(changing, actions);
  // INVARIANT: nothing but the change of an answer comes before an emergency or a crisis.
  if (screen.action.level === "emergency") return emergencyScreen(screen, actions);
  if (crisisOf(screen) && crisisOf(screen) !== state.passed) return crisisScreen(screen, actions);
  if (view === "session") return sessionScreen(actions);
  if (view === "answers") return answersScreen(screen, actions);
  if (screen.done || view === "look") return resultScreen(screen, actions);
  return questionScreen(screen, actions);
}

// Shows another view of the same answers.
function visit(view) {
  go(view);
  render();
}

// What every screen may do.
const actions = {
  render,
  online,
  known,
  step,
  next,
  share,
  answers,
  printing: () => button("Print, or save as PDF", () => window.print(), "quiet"),
  visit,
  begun,
  back: () => state.log.length > 0 && button("Go back one answer", () => online(back), "quiet"),
  forgetting: () => button("Forget my answers", ask, "quiet"),
  regions: (change) => regions(change),
  relook: () => online(async () => {
    keep(await post("interview", { interview: state.kept, region: state.region || "" }));
    render();
    $("region")?.focus(); // whoever has chosen a region goes on from there
  }),
  more: () => online(async () => { if (await step({ do: "go_on" }, { q: "Shall we choose exercises that suit you?", a: "Yes, after all" })) next(); }),
  say: (found, said, after) => online(async () => { if (await step({ say: found }, said)) after(); }),
  pass: () => { state.passed = crisisOf(state.screen); save(); render(); },
  question: () => visit(""),
  look: () => visit("look"),
};

function chrome() {
  const here = region();
  const [number] = numbers(here?.emergency || "");
  $("emergency-link").replaceChildren(number
    ? dial(number, `Emergency ${number}`, "emergency-link")
    : h("p", { class: "emergency-words" }, "Emergency? Ring your local number."));
  $("tools").replaceChildren(...(state.begun ? [actions.forgetting()] : []));
}

function regions(change) {
  const select = h("select", { id: "region", onchange: () => { state.region = select.value; save(); chrome(); change(); } },
    words.regions.map((one) => h("option", { value: one.code, selected: one.code === (state.region || "") }, one.code ? one.name : "Somewhere else")));
  return h("p", { class: "field" }, h("label", { for: "region" }, "Where are you? It decides whose telephone numbers are shown."), select);
}

// From here on the texts carry the telephone numbers of the region.
function begun() {
  online(async () => {
    const screen = await post("interview", { interview: state.kept, region: state.region || "" });
    state.begun = true;
    keep(screen);
    visit("");
  });
}

function next() {
  dismiss("stale");
  visit("");
}

// Takes back the last thing that was said; false where that was not to be done.
async function takeBack() {
  const last = state.log.at(-1);
  for (; last.turns > 0; last.turns -= 1) if (!(await step({ do: "back" }, null))) return false;
  state.undone.push(state.log.pop());
  share();
  return true;
}

async function back() {
  if (!(await takeBack())) return;
  dismiss("stale");
  stay("");
  render();
}

// Goes where the browser's own back and forward lead: answers are taken back, or given again as they were.
async function follow() {
  while (state.log.length > place().n) if (!(await takeBack())) return;
  while (state.log.length < place().n && state.undone.length) {
    const again = state.undone.at(-1);
    if ("answer" in again.body && again.question && again.question.id !== state.screen.question?.id) { state.undone = []; break; } // another one is asked now
    const { body, turns, ...said } = again; // it keeps the turn that it goes by
    if (!(await step(body, said))) return;
    state.undone = state.undone.filter((one) => one !== again);
  }
  stay(place().view);
  render();
}
addEventListener("popstate", () => {
  const { n, view } = place();
  if (untold()) go("session");
  else if (busy) moved = true;
  else if (n === state.log.length && view === shown) history.back(); // nothing else is there to be seen
  else online(follow);
});

// -- forgetting -------------------------------------------------------------------------------------------------------

function ask() {
  const dialog = h("dialog", { "aria-labelledby": "forget-title" },
    h("h2", { id: "forget-title" }, "Forget all your answers?"),
    h("p", {}, "They are deleted from this tab and its copies. This cannot be undone."),
    h("div", { class: "actions" },
      button("Forget them", () => { dialog.close(); tell({ forgotten: true }); startAgain(); }, "main"),
      button("Keep them", () => dialog.close(), "quiet")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// -- the beginning ----------------------------------------------------------------------------------------------------

function begin() {
  online(async () => {
    const fresh = !state.screen;
    const [found, screen] = await Promise.all([words.regions.length ? words : get("words"), fresh ? post("interview", {}) : state.screen]);
    Object.assign(words, found);
    if (state.region === null) state.region = guess();
    if (fresh) keep(screen);
    stay(place().view);
    render();
  });
}

// On paper nothing can be unfolded.
addEventListener("beforeprint", () => document.querySelectorAll("main details:not([open])").forEach((one) => { one.dataset.folded = ""; one.open = true; }));
addEventListener("afterprint", () => document.querySelectorAll("details[data-folded]").forEach((one) => { delete one.dataset.folded; one.open = false; }));

restore();
begin();
