// Where somebody begins.

import { button, h, linked, list, show } from "./dom.js";
import { region } from "./state.js";

export function welcomeScreen({ messages }, actions) {
  const now = messages.find(({ part }) => part === "watch");
  const ring = h("p");
  const numbered = () => ring.replaceChildren(...linked(`Has one of these just begun? Then do not wait for questions: ring ${region()?.emergency}.`, actions.known()));
  numbered();
  show("welcome", "Start",
    h("h1", {}, "Pain in your back or neck? Find out what to do."),
    h("p", { class: "lead" }, "Short questions, one at a time. Then: how soon to be seen, whom to ring, and exercises that suit you. It takes about five minutes."),
    actions.regions(numbered),
    h("div", { class: "actions" }, button("Start", actions.begun, "main large")),
    now && h("section", { class: "panel warn" }, h("h2", {}, "Emergency now"),
      ring,
      list(now.items)),
    h("section", { class: "panel" }, h("h2", {}, "Your answers"),
      h("p", {}, "They stay in this tab. To work out the next question they are sent to the service that you opened this page from; it does not keep or log them."),
      h("p", {}, "Closing the tab lets go of them, but a browser may bring a closed tab back. On a device that others use, press “Forget my answers” when you have finished."),
      h("p", {}, "No name, no account, no cookies.")));
}
