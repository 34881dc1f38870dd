// The first screen where the plan's legal basis is consent: who answers, what is asked, and two
// equal buttons. Nothing has been sent or stored when it is shown, and nobody can agree to a text
// that is not there yet.
import { button, h, icon } from "./dom";
import { markdown } from "./markdown";
import type { Notice } from "./types";
import type { Words } from "./words";

export interface ConsentActs {
  decide(given: boolean, improve: boolean): void;
  back(): void;
}

export function consentView(notice: Notice | null, name: string, acts: ConsentActs, words: Words): HTMLElement {
  const title = h("h3", { tabindex: -1 }, words.t("consent_title"));
  const lead = h("p", { class: "lead" }, icon("spark"), h("span", {}, words.t("consent_who", { name })));
  if (!notice)
    return h("div", { class: "screen consent" }, title, lead, h("p", { class: "quiet" }, words.t("consent_wait")));
  const improve = h("input", { type: "checkbox", id: "improve" });
  return h(
    "div",
    { class: "screen consent" },
    title,
    lead,
    notice.label?.text ? h("p", {}, notice.label.text) : null,
    notice.limits?.text ? h("p", { class: "quiet" }, notice.limits.text) : null,
    notice.consent?.text
      ? h("div", { class: "statement" }, ...markdown(notice.consent.text, words.t("opens_new")))
      : null,
    h("p", { class: "tick" }, improve, h("label", { for: "improve" }, words.t("consent_improve"))),
    h(
      "div",
      { class: "pair" },
      button("equal", () => acts.decide(true, improve.checked), words.t("consent_yes")),
      button("equal", () => acts.decide(false, false), words.t("consent_no")),
    ),
  );
}

export function declinedView(notice: Notice | null, notes: string[], acts: ConsentActs, words: Words): HTMLElement {
  const withdrawn = notes.includes("withdrawn");
  return h(
    "div",
    { class: "screen declined" },
    h("h3", { tabindex: -1 }, words.t("declined_title")),
    h("p", {}, words.t(withdrawn ? "withdrawn" : "declined")),
    notice?.contact?.text
      ? h("div", { class: "statement" }, ...markdown(notice.contact.text, words.t("opens_new")))
      : null,
    button("link", () => acts.back(), words.t("declined_back")),
  );
}
