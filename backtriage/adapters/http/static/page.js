// The conversation: one question at a time, until there is something to do.

import { $, announce, button, dial, dismiss, h, linked, list, notice, numbers, show } from "./dom.js";
import { answers, crisisScreen, questionScreen } from "./question.js";
import { crisisOf, emergencyScreen, resultScreen } from "./result.js";
import { sessionScreen } from "./session.js";
import { Failed, forget, get, listen, post, region, restore, save, state, tell, words } from "./state.js";

let busy = false;

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
addEventListener("error", mistaken);
addEventListener("unhandledrejection", mistaken);

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

// One step of the interview. `said` is what it adds to the answers in words: {q, a}.
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
  if (said) state.log.push({ turns: 1, ...said });
  share();
  return screen;
}

function keep(screen) {
  state.screen = screen;
  state.kept = screen.interview;
  save();
}

function share() {
  save();
  tell({ screen: state.screen, log: state.log });
}

// -- two tabs ---------------------------------------------------------------------------------------------------------

function stale(current) {
  if (state.newer) state.log = state.newer.log;
  state.newer = null;
  keep(current);
  render();
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
      state.newer = null;
      dismiss("elsewhere");
      keep(heard.screen);
      render();
    }));
});

// -- the screens ------------------------------------------------------------------------------------------------------

function render() {
  chrome();
  const { screen } = state;
  if (!state.begun) return welcome();
  if (state.running) return sessionScreen(actions);
  if (screen.action.level === "emergency") return emergencyScreen(screen, actions);
  if (crisisOf(screen) && crisisOf(screen) !== state.passed) return crisisScreen(screen, actions);
  if (screen.done || state.look) return resultScreen(screen, actions);
  return questionScreen(screen, actions);
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
  back: () => state.log.length > 0 && button("Go back one answer", () => online(back), "quiet"),
  forgetting: () => button("Forget my answers", ask, "quiet"),
  regions: (change) => regions(change),
  relook: () => online(async () => {
    keep(await post("interview", { interview: state.kept, region: state.region || "" }));
    render();
    $("region")?.focus(); // whoever has chosen a region goes on from there
  }),
  more: () => online(async () => { if (await step({ do: "go_on" }, { q: "Shall we choose exercises that suit you?", a: "Yes, after all" })) { state.look = false; render(); } }),
  say: (found, said, after) => online(async () => { await step({ say: found }, said); after(); }),
  pass: () => { state.passed = crisisOf(state.screen); save(); render(); },
  question: () => { state.look = false; render(); },
  look: () => { state.look = true; render(); },
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

function guess() {
  const code = (navigator.language || "").split("-")[1]?.toUpperCase();
  return words.regions.find((one) => one.code === code || one.countries.includes(code))?.code || "";
}

function welcome() {
  const watch = state.screen?.messages.filter(({ part }) => part === "watch") || [];
  const [now] = watch;
  const ring = h("p");
  const numbered = () => ring.replaceChildren(...linked(`Has one of these just begun? Then do not wait for questions: ring ${region()?.emergency}.`, known()));
  numbered();
  show("welcome", "Start",
    h("h1", {}, "Pain in your back or neck? Find out what to do."),
    h("p", { class: "lead" }, "Short questions, one at a time. Then: how soon to be seen, whom to ring, and exercises that suit you. It takes about five minutes."),
    regions(numbered),
    h("div", { class: "actions" }, button("Start", begun, "main large")),
    now && h("section", { class: "panel warn" }, h("h2", {}, "Emergency now"),
      ring,
      list(now.items)),
    h("section", { class: "panel" }, h("h2", {}, "Your answers"),
      h("p", {}, "They stay in this tab. To work out the next question they are sent to the service that you opened this page from; it does not keep or log them."),
      h("p", {}, "Closing the tab lets go of them, but a browser may bring a closed tab back. On a device that others use, press “Forget my answers” when you have finished."),
      h("p", {}, "No name, no account, no cookies.")));
}

// From here on the texts carry the telephone numbers of the region.
function begun() {
  online(async () => {
    const screen = await post("interview", { interview: state.kept, region: state.region || "" });
    state.begun = true;
    keep(screen);
    render();
  });
}

function next() {
  dismiss("stale");
  render();
}

async function back() {
  const last = state.log.at(-1);
  for (; last.turns > 0; last.turns -= 1) if (!(await step({ do: "back" }, null))) return;
  state.log.pop();
  state.look = false;
  share();
  next();
}

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
    render();
  });
}

// On paper nothing can be unfolded.
addEventListener("beforeprint", () => document.querySelectorAll("main details:not([open])").forEach((one) => { one.dataset.folded = ""; one.open = true; }));
addEventListener("afterprint", () => document.querySelectorAll("details[data-folded]").forEach((one) => { delete one.dataset.folded; one.open = false; }));

restore();
begin();
