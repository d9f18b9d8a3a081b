// The body map: the same places as in the list, drawn from the front and from the back.

import { h, s } from "./dom.js";

// Shapes in a box of 200 x 530, those at the left of the drawing; the others are their mirror images. Each place has a box
// around it that can be touched too, [x, y, width, height]: on a phone none is less than 44 pixels either way.
const HEAD = "M100 8c16 0 27 12 27 30s-11 32-27 32-27-14-27-32S84 8 100 8Z";
const TRUNK = "M57 114c16-7 70-7 86 0l-3 66-5 50 6 96H59l6-96-5-50Z";
const NECK = ["M84 64h32l2 30 16 16H66l16-16Z", [62, 57, 76, 54]];
const ARM = ["M54 116c-13 3-18 14-19 30l-5 66-10 64c-3 12 2 22 10 22s12-8 14-20l12-66 4-96Z", [1, 114, 54, 186]];
const THIGH = ["M58 330h40l-3 88H66c-6-28-10-58-8-88Z", [46, 330, 54, 89]];
const SHIN = ["M66 422h28l-2 62 4 26c1 8-4 12-12 12H68c-8 0-10-6-5-12l7-10c-2-24-6-50-4-78Z", [46, 421, 54, 102]];
const LIMBS = { arm_pain: ARM, leg_pain_above_knee: THIGH, leg_pain_below_knee: SHIN };

const VIEWS = [
  // Whoever faces us has the right side at our left.
  { label: "Front of the body", inert: [HEAD, TRUNK], middle: { neck_pain: NECK }, sided: LIMBS, left: "right" },
  {
    label: "Back of the body",
    inert: [HEAD],
    middle: {
      neck_pain: NECK,
      upper_back_pain: ["M57 114c16-7 70-7 86 0l-3 52H60Z", [57, 112, 86, 54]],
      mid_back_pain: ["M60 168h80l-4 51H64Z", [60, 167, 80, 53]],
      lower_back_pain: ["M64 222h72l4 51H60Z", [60, 221, 80, 53]],
    },
    sided: { ...LIMBS, buttock_pain: ["M60 276h39v52c-12 8-34 4-42-4-2-16-1-32 3-48Z", [46, 275, 54, 54]] },
    left: "left",
  },
];
const OTHER = { left: "right", right: "left" };
const TWO = new Set(VIEWS.flatMap(({ sided }) => Object.keys(sided)));
const MIRRORED = "matrix(-1 0 0 1 200 0)";
const NEXT = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

// Draws both views for the places that are asked about.
//
//   items      finding to its words
//   chosen     whether a finding is ticked, of a side if it has two: true, false or "mixed"
//   toggle     ticks it or takes the tick away
//
// Returns the map and what brings it up to date. It is one stop of the Tab key; arrows move in it.
function bodyMap(items, chosen, toggle) {
  const parts = [];
  const named = h("p", { class: "named", "aria-hidden": "true" }, " ");
  const name = (place) => { named.textContent = place.getAttribute("aria-label"); };

  function drawn(finding, [path, [x, y, width, height]], side, mirrored) {
    const turned = mirrored ? { transform: MIRRORED } : {};
    const shape = s("path", { d: path, ...turned });
    if (!(finding in items)) { shape.setAttribute("class", "inert"); return shape; }
    const label = side ? `${items[finding]}, ${side}` : items[finding];
    const place = s("g", { class: "place", role: "checkbox", tabindex: "-1", "aria-label": label },
      s("title", {}, label), s("rect", { x, y, width, height, ...turned }), shape);
    const touch = () => { toggle(finding, side); name(place); roam(place); };
    place.addEventListener("click", touch);
    place.addEventListener("focus", () => name(place));
    place.addEventListener("keydown", (event) => {
      if (event.key === " " || event.key === "Enter") touch();
      else if (event.key in NEXT) roam(parts[(parts.findIndex(([, , one]) => one === place) + NEXT[event.key] + parts.length) % parts.length][2]).focus();
      else return;
      event.preventDefault();
    });
    parts.push([finding, side, place]);
    return place;
  }
  function roam(place) {
    for (const [, , one] of parts) one.setAttribute("tabindex", one === place ? "0" : "-1");
    return place;
  }
  const view = ({ label, inert, middle, sided, left }) => h("figure", {},
    s("svg", { viewBox: "0 0 200 530", role: "group", "aria-label": label },
      ...inert.map((path) => s("path", { class: "inert", d: path })),
      ...Object.entries(middle).map(([finding, shape]) => drawn(finding, shape, "", false)),
      ...Object.entries(sided).flatMap(([finding, shape]) => [drawn(finding, shape, left, false), drawn(finding, shape, OTHER[left], true)])),
    h("figcaption", {}, label.split(" ")[0]));
  const map = h("div", {}, h("div", { class: "body-map" }, VIEWS.map(view)), named);
  if (parts.length) roam(parts[0][2]);
  const update = () => parts.forEach(([finding, side, place]) => place.setAttribute("aria-checked", String(chosen(finding, side))));
  return { map, update };
}

// The drawing beside a list of places, and which side of those that there are two of. A side is in the answer's words.
export function placesOf(items, rows, changed) {
  const boxes = {};
  const lines = {};
  for (const id of Object.keys(items).filter((one) => TWO.has(one))) {
    boxes[id] = Object.fromEntries(["left", "right"].map((side) => [side, h("input", { type: "checkbox", onchange: () => { if (boxes[id][side].checked) rows[id].input.checked = true; changed(id); } })]));
    lines[id] = h("div", { class: "sides", role: "group", "aria-label": `${items[id]}: which side` },
      Object.entries(boxes[id]).map(([side, box]) => h("label", { class: "row" }, box, h("span", {}, side === "left" ? "Left" : "Right"))));
  }
  const of = (id) => Object.keys(boxes[id] || {}).filter((side) => boxes[id][side].checked);
  // Of a place with two sides: whether this one; "mixed" where nobody has said which.
  const chosen = (id, side) => (side && rows[id].input.checked && !of(id).length ? "mixed" : side ? boxes[id][side].checked : rows[id].input.checked);
  const { map, update } = bodyMap(items, chosen, (id, side) => {
    if (side) boxes[id][side].checked = !boxes[id][side].checked;
    rows[id].input.checked = side ? of(id).length > 0 : !rows[id].input.checked;
    changed(id);
  });
  return {
    map,
    rows: lines,
    words: (id) => ({ 1: ` (${of(id)[0]})`, 2: " (both sides)" })[of(id).length] || "",
    said: () => Object.fromEntries(Object.keys(boxes).map((id) => [id, of(id)])),
    fill: (said) => Object.entries(said).forEach(([id, ones]) => ones.forEach((side) => { if (boxes[id]) boxes[id][side].checked = true; })),
    update() {
      for (const [id, line] of Object.entries(lines)) {
        line.hidden = !rows[id].input.checked;
        if (line.hidden) for (const box of Object.values(boxes[id])) box.checked = false;
      }
      update();
    },
  };
}
