// What the page knows, where it is kept, and how it talks to the service.
//
// Answers are kept in this tab only (sessionStorage): a reload keeps them, closing the tab forgets them. Nothing stays
// behind on a shared computer. A duplicated tab has a copy; the two tell each other how far they are.

const KEY = "backtriage";
const TIMEOUT = 15000;

export const state = {
  id: "",          // which interview, to know its copies in other tabs
  region: null,    // null until it has been chosen
  begun: false,
  kept: null,      // the interview's data, as the service wrote it; may be newer than what is shown
  screen: null,    // what is shown
  newer: null,     // what another tab has gone on to
  log: [],         // what was said: {turn, turns, q, a}, with the question and its form as it was sent, where it had one
  undone: [],      // what was said and taken back, the last one last
  running: null,   // an exercise session
  left: {},        // moves that a session has stopped: on which day, or UNTIL_SEEN
  signals: { sound: false, vibration: false }, // what an exercise session may do beside showing
  passed: "",      // the crisis that somebody has read and gone on from
  heard: "",       // what was last said of how soon to be seen
};

export const words = { regions: [], reported: [], during: [], rulebook: "" };

export function region() {
  return words.regions.find((one) => one.code === (state.region || "")) || words.regions.find((one) => !one.code);
}

// Where the browser's language is from.
export function guess() {
  const code = (navigator.language || "").split("-")[1]?.toUpperCase();
  return words.regions.find((one) => one.code === code || one.countries.includes(code))?.code || "";
}

export function freshId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
}

export function save() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
  } catch { /* storage is full or forbidden: the page works without it */ }
}

export function restore() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY));
    if (found && found.begun && found.screen) Object.assign(state, found);
    if (state.newer) Object.assign(state, { screen: state.newer.screen, log: state.newer.log, newer: null });
  } catch { /* nothing that can be used */ }
  if (!state.id) state.id = freshId();
}

export function forget() {
  try { sessionStorage.removeItem(KEY); } catch { /* there is none */ }
  Object.assign(state, { id: freshId(), begun: false, kept: null, screen: null, newer: null, log: [], undone: [], running: null, left: {}, passed: "", heard: "" });
}

// -- what a session has stopped -----------------------------------------------------------------------------------

// Whether a session has stopped, which the result does not know of yet.
export const untold = () => Boolean(state.running && (state.running.record || (state.running.told && state.running.told.kind !== "go_on")));

const UNTIL_SEEN = "until seen";
const today = () => new Date().toDateString();
const isLeft = (id) => [UNTIL_SEEN, today()].includes(state.left[id]);

export function leaveOut({ leave_out, until_seen }) {
  for (const id of leave_out.filter((one) => state.left[one] !== UNTIL_SEEN)) {
    state.left[id] = until_seen.includes(id) ? UNTIL_SEEN : today();
  }
}

// Moves without those that are left out; and which those are, in words.
export const todays = (moves) => moves.filter((id) => !isLeft(id));
export const leftOut = (cards) => cards.filter(({ id }) => isLeft(id))
  .map(({ id, name }) => `Leave out ${name} ${state.left[id] === UNTIL_SEEN ? "until a professional has looked at it" : "today"}.`);

// -- other tabs ---------------------------------------------------------------------------------------------------

const channel = "BroadcastChannel" in window ? new BroadcastChannel(KEY) : null;

export function tell(what) {
  channel?.postMessage({ id: state.id, ...what });
}

export function listen(heard) {
  channel?.addEventListener("message", ({ data }) => { if (data.id === state.id) heard(data); });
}

// -- the service --------------------------------------------------------------------------------------------------

// Raised for an answer that is not 200: `status` 0 means that the service cannot be reached.
export class Failed extends Error {
  constructor(status, data) {
    super(`status ${status}`);
    this.status = status;
    this.data = data;
    this.problems = data?.problems || [];
  }
}

async function send(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) });
  } catch { throw new Failed(0); }
  let data = null;
  try { data = await response.json(); } catch { throw new Failed(response.ok ? 0 : response.status); }
  if (!response.ok) throw new Failed(response.status, data);
  return data;
}

export const get = (path) => send(path, {});

export const post = (path, body) =>
  send(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
