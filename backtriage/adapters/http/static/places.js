// Where somebody is in the page. Every answer is an entry of the browser's history, so that its own back and forward go
// through the answers and leave the page only from the first one.

import { state, untold } from "./state.js";

// What is shown: the question or the result (""), "welcome", "look" (the result while questions are open), "answers",
// "session", or "change:" with the turn of an answer. `n` is how many answers had been given.
//
// INVARIANT: what a session has stopped is left by its own buttons alone, which tell the result of it.
export function place() {
  const { state: kept } = history;
  if (untold()) return { n: state.log.length, view: "session" };
  if (kept?.id === state.id) return kept.view === "session" && !state.running ? { ...kept, view: "" } : kept;
  return { n: state.log.length, view: !state.begun ? "welcome" : state.running ? "session" : "" };
}

const entry = (view) => ({ id: state.id, n: state.log.length, view });
export const go = (view) => history.pushState(entry(view), "");
export const stay = (view) => history.replaceState(entry(view), "");

// -- the answers so far -------------------------------------------------------------------------------------------------

// Each answer as it is now, at the place where it was first given: a change is an entry of its own at the end.
export function current() {
  const changed = Object.fromEntries(state.log.filter(({ changes }) => changes !== undefined).map((one) => [one.changes, one]));
  return state.log.filter(({ changes }) => changes === undefined).map((one) => ({ ...one, ...changed[one.turn], turn: one.turn }));
}

// How a question was answered before somebody went back: nothing is lost that still fits.
export const before = (question) => state.undone.findLast((one) => one.question?.id === question.id)?.given || null;
