// The body map: the same places as in the list, drawn from the front and from the back.

import { h, s } from "./dom.js";

// Shapes in a box of 200 x 450. What is only drawn, and what can be touched, by finding.
const OUTLINE = [
  "M100 8c16 0 27 12 27 30s-11 32-27 32-27-14-27-32S84 8 100 8Z",
];
const TRUNK_FRONT = "M57 104c16-7 70-7 86 0l-3 46-5 38 6 56H59l6-56-5-38Z";
const ARMS = "M54 106c-13 3-18 14-19 30l-5 50-10 52c-3 12 2 22 10 22s12-8 14-20l12-54 4-80Zm92 0c13 3 18 14 19 30l5 50 10 52c3 12-2 22-10 22s-12-8-14-20l-12-54-4-80Z";
const THIGHS = "M58 246h40l-3 92H66c-6-30-10-62-8-92Zm84 0h-40l3 92h29c6-30 10-62 8-92Z";
const SHINS = "M66 342h28l-2 62 4 26c1 8-4 12-12 12H68c-8 0-10-6-5-12l7-10c-2-24-6-50-4-78Zm68 0h-28l2 62-4 26c-1 8 4 12 12 12h16c8 0 10-6 5-12l-7-10c2-24 6-50 4-78Z";
const NECK = "M84 66h32l2 22 14 12H68l14-12Z";

const SIDES = {
  front: {
    label: "Front of the body",
    inert: [...OUTLINE, TRUNK_FRONT],
    places: {
      neck_pain: NECK,
      arm_pain: ARMS,
      leg_pain_above_knee: THIGHS,
      leg_pain_below_knee: SHINS,
    },
  },
  back: {
    label: "Back of the body",
    inert: OUTLINE,
    places: {
      neck_pain: NECK,
      upper_back_pain: "M57 104c16-7 70-7 86 0l-3 46H60Z",
      arm_pain: ARMS,
      mid_back_pain: "M60 152h80l-4 36H64Z",
      lower_back_pain: "M64 190h72l4 34H60Z",
      buttock_pain: "M60 226h80c4 13 4 25 3 35-8 9-31 11-43 3-12 8-35 6-43-3-1-10-1-22 3-35Z",
      leg_pain_above_knee: "M57 266c12 8 30 8 40 2l-2 70H66c-5-24-9-48-9-72Zm86 0c-12 8-30 8-40 2l2 70h29c5-24 9-48 9-72Z",
      leg_pain_below_knee: SHINS,
    },
  },
};

// Draws both sides for the places that are asked about.
//
//   items      finding to its words
//   chosen     whether a finding is ticked
//   toggle     ticks it or takes the tick away
//
// Returns the map and what brings it up to date.
export function bodyMap(items, chosen, toggle) {
  const parts = [];
  const side = ({ label, inert, places }) => {
    const drawn = inert.map((path) => s("path", { class: "inert", d: path }));
    for (const [finding, path] of Object.entries(places)) {
      if (!(finding in items)) {
        drawn.push(s("path", { class: "inert", d: path }));
        continue;
      }
      const place = s("path", {
        class: "place", d: path, role: "checkbox", tabindex: "0", "aria-checked": "false", "aria-label": items[finding],
      }, s("title", {}));
      place.firstChild.textContent = items[finding];
      place.addEventListener("click", () => toggle(finding));
      place.addEventListener("keydown", (event) => {
        if (event.key !== " " && event.key !== "Enter") return;
        event.preventDefault();
        toggle(finding);
      });
      parts.push([finding, place]);
      drawn.push(place);
    }
    return h("figure", {},
      s("svg", { viewBox: "0 0 200 450", role: "group", "aria-label": label }, ...drawn),
      h("figcaption", {}, label.split(" ")[0]));
  };
  const map = h("div", { class: "body-map" }, side(SIDES.front), side(SIDES.back));
  const update = () => parts.forEach(([finding, place]) => place.setAttribute("aria-checked", String(chosen(finding))));
  return { map, update };
}
