// The timer of a move: what to do now and for how long, with a sound or a vibration for who asks for it.

import { announce, button, h } from "./dom.js";
import { save, state } from "./state.js";

const READY = ["Get ready", 5];
const LET_GO = "Let go";
const REST = "Rest";
let ticking = 0;

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

// Stops counting; how far it is stays in `state.running.clock`.
export function stop() {
  clearInterval(ticking);
  ticking = 0;
}

// The beats of one move, in order: [what, seconds]; null seconds wait for a touch.
function beats({ start }) {
  if (start.minutes) return [READY, ["Go", start.minutes * 60]];
  const found = [];
  const sides = start.sides.length ? start.sides : [""];
  for (let set = 0; set < (start.sets || 1); set++) {
    for (const side of sides) {
      for (let turn = 1; turn <= start.repetitions; turn++) {
        const name = `${turn} of ${start.repetitions}${side ? `, ${side}` : ""}`;
        found.push([name, start.hold_seconds || null]);
        if (start.rest_seconds) found.push([REST, start.rest_seconds]);
        else if (start.hold_seconds) found.push([LET_GO, 2]);
      }
    }
  }
  return start.hold_seconds ? [READY, ...found] : found;
}

// -- sound, vibration, and a screen that stays awake --------------------------------------------------------------------

let audio = null;

function signal() {
  if (state.signals.vibration) navigator.vibrate?.(200);
  if (!state.signals.sound) return;
  audio ||= new AudioContext();
  const tone = audio.createOscillator();
  tone.connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.15);
}

function signals() {
  const one = (name) => {
    const box = h("input", { type: "checkbox", checked: state.signals[name], onchange: () => { state.signals[name] = box.checked; save(); if (box.checked) signal(); } });
    return h("label", { class: "row" }, box, h("span", {}, capital(name)));
  };
  return h("div", { class: "signals", role: "group", "aria-label": "When the next part begins" },
    one("sound"), "vibrate" in navigator && one("vibration"));
}

let lock = null;
let wanted = false;

// Keeps the screen awake, or lets it sleep. A browser lets go of it whenever the page is hidden.
export async function awake(on) {
  wanted = on;
  if (on && !lock && document.visibilityState === "visible") {
    try {
      lock = await navigator.wakeLock?.request("screen");
      lock?.addEventListener("release", () => { lock = null; });
    } catch { /* the battery is low, or the browser does not want to */ }
  }
  if (!wanted && lock) await lock.release();
}
document.addEventListener("visibilitychange", () => { if (wanted) awake(true); });
addEventListener("pagehide", () => { if (state.running) save(); }); // a reload goes on where it was

// -- the timer ------------------------------------------------------------------------------------------------------------

// What the timer's button says, by what it does next.
const GO = { start: "Start the timer", pause: "Pause", resume: "Go on", next: "Done: next one", again: "Once more" };

// The timer of a move; `done` is called when all of it is done.
export function timer(exercise, done) {
  const { running } = state;
  const all = beats(exercise);
  if (running.clock?.move !== exercise.id) running.clock = { move: exercise.id, index: 0, left: all[0][1], does: "start" };
  const at = running.clock;
  if (at.does === "pause") at.does = "resume"; // it was left while it ran
  const what = h("p", { class: "beat" });
  const face = h("p", { class: "clock", role: "timer", "aria-live": "off" });
  const bar = h("progress", { max: "1", value: "0", "aria-label": "How far you are" });
  const go = button("", press, "main");

  function draw() {
    what.textContent = at.does === "start" ? capital(exercise.dose[0]) : at.does === "again" ? "Well done" : all[at.index][0];
    const shown = at.does === "start" ? all.find((one) => one !== READY)[1] : at.left;
    face.textContent = shown === null ? "–" : clock(shown);
    const part = at.left === null ? 0 : 1 - at.left / all[at.index][1];
    bar.value = at.does === "again" ? 1 : (at.index + part) / all.length;
    go.textContent = GO[at.does];
  }
  // Begins a beat: one with a time runs by itself, one without waits for a touch.
  function beat() {
    at.left = all[at.index][1];
    const [name] = all[at.index];
    if (name !== LET_GO) announce(name);
    signal();
    at.does = at.left === null ? "next" : "pause";
    if (at.left === null) stop();
    else if (!ticking) ticking = setInterval(tick, 1000);
    save();
    draw();
  }
  function onward() {
    at.index += 1;
    if (at.index < all.length) return beat();
    stop();
    signal();
    Object.assign(at, { index: 0, left: all[0][1], does: "again" });
    save();
    draw();
    done();
  }
  function tick() {
    at.left -= 1;
    if (at.left > 0) draw();
    else onward();
  }
  function press() {
    if (at.does === "next") return onward();
    if (at.does === "pause") {
      stop();
      at.does = "resume";
      save();
      return draw();
    }
    if (at.does !== "resume") return beat();
    if (at.left === null) return beat();
    at.does = "pause";
    ticking = setInterval(tick, 1000);
    draw();
  }
  draw();
  return h("section", { class: "panel timer", "aria-label": "Timer" }, what, face, bar, h("div", { class: "actions" }, go), signals());
}
