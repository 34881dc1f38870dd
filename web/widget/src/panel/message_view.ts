// One message as it stands in the transcript.
import { button, h, icon } from "./dom";
import { link, markdown, plain, safeAddress } from "./markdown";
import type { Label, Message, Outgoing, PartialText, Source } from "./types";
import type { Words } from "./words";

export interface MessageActs {
  choose(key: string, question: string): void;
  none(): void;
  thumb(seq: number, thumb: "up" | "down"): void;
  reason(seq: number, reason: string): void;
  report(seq: number, opener: HTMLElement): void;
  retry(client_id: string): void;
  human(): void;
}

export interface Standing {
  thumb: "up" | "down" | undefined;
  reasoned: boolean; // said why
  reported: boolean;
  last: boolean; // choices are open, and the question "was this right?"
}

const reasons = ["wrong", "not_asked", "unclear", "out_of_date", "unfair"] as const;

function speaker(name: string): HTMLElement {
  return h("span", { class: "hidden" }, `${name}: `);
}

function labelLine(words: Words): HTMLElement {
  return h("div", { class: "who" }, icon("spark"), h("span", {}, words.t("assistant")));
}

function sourceChip(source: Source, words: Words): HTMLElement {
  const address = source.url ? safeAddress(source.url) : null;
  const title = address
    ? link(address, source.title, words.t("opens_new"))
    : h("span", {}, source.title);
  return h(
    "li",
    { class: "source" },
    icon("book"),
    h("span", { class: "hidden" }, `${words.t("sources")}: `),
    title,
    source.checked_on &&
      h("span", { class: "checked" }, words.t("checked", { date: words.date(source.checked_on) })),
  );
}

function sources(list: Source[] | undefined, words: Words): HTMLElement | null {
  const named = (list ?? []).filter((s) => s.title);
  if (!named.length) return null;
  return h("ul", { class: "sources" }, ...named.map((s) => sourceChip(s, words)));
}

function choices(message: Message, standing: Standing, acts: MessageActs, words: Words): HTMLElement | null {
  const list = message.choices ?? [];
  if (!list.length || !standing.last) return null;
  return h(
    "div",
    { class: "choices", role: "group", "aria-label": message.text },
    ...list.slice(0, 3).map((c) => button("choice", () => acts.choose(c.key, c.question), c.question)),
    button("choice quiet", () => acts.none(), words.t("ask_none")),
    button("choice quiet", () => acts.human(), icon("person"), words.t("talk")),
  );
}

function reasonRow(seq: number, acts: MessageActs, words: Words): HTMLElement {
  return h(
    "div",
    { class: "reasons", role: "group", "aria-label": words.t("why") },
    h("span", { class: "ask" }, words.t("why")),
    ...reasons.map((r) => button("chip", () => acts.reason(seq, r), words.t(`reason_${r}`))),
  );
}

// "Was this right?", Report. The answer to it stays where the question was.
function feedback(message: Message, standing: Standing, acts: MessageActs, words: Words): HTMLElement {
  const row = h("div", { class: "feedback" });
  if (standing.thumb) {
    row.append(h("span", { class: "given" }, icon("check"), words.t(standing.thumb === "up" ? "thanks_up" : "thanks_down")));
  } else {
    row.append(
      h("span", { class: "ask", id: `ask-${message.seq}` }, words.t("right")),
      h(
        "span",
        { class: "thumbs", role: "group", "aria-labelledby": `ask-${message.seq}` },
        thumbButton("up", message.seq, acts, words),
        thumbButton("down", message.seq, acts, words),
      ),
    );
  }
  row.append(
    standing.reported
      ? h("span", { class: "given" }, words.t("reported"))
      : button("flag", (e) => acts.report(message.seq, e.currentTarget as HTMLElement), icon("flag"), words.t("report")),
  );
  return row;
}

function thumbButton(which: "up" | "down", seq: number, acts: MessageActs, words: Words): HTMLElement {
  const made = button("thumb", () => acts.thumb(seq, which), icon(which));
  made.setAttribute("aria-label", words.t(which === "up" ? "yes" : "no"));
  made.title = words.t(which === "up" ? "yes" : "no");
  return made;
}

function ofAi(message: Message, standing: Standing, acts: MessageActs, words: Words): HTMLElement {
  const bubble = h("div", { class: "bubble" }, ...markdown(message.text, words.t("opens_new")));
  return h(
    "article",
    { class: "message ai", "data-seq": message.seq, "data-label": message.label?.version ?? "" },
    labelLine(words),
    bubble,
    sources(message.sources, words),
    choices(message, standing, acts, words),
    message.kind === "ask" ? null : feedback(message, standing, acts, words),
    standing.thumb === "down" && !standing.reasoned ? reasonRow(message.seq, acts, words) : null,
  );
}

function ofPerson(message: Message, words: Words): HTMLElement {
  const name = message.name || words.t("team");
  const initials = name
    .split(/\s+/)
    .map((part) => part[0] ?? "")
    .slice(0, 2)
    .join("");
  return h(
    "article",
    { class: "message person", "data-seq": message.seq },
    h("div", { class: "who" }, h("span", { class: "initials", "aria-hidden": "true" }, initials), h("span", {}, name)),
    h("div", { class: "bubble" }, ...plain(message.text, words.t("opens_new"))),
    sources(message.sources, words),
  );
}

// Fixed texts that no model wrote: a greeting, a thank you.
function ofHouse(message: Message, words: Words): HTMLElement {
  return h(
    "article",
    { class: "message house", "data-seq": message.seq },
    h("div", { class: "bubble" }, speaker(words.t("automatic")), ...markdown(message.text, words.t("opens_new"))),
    sources(message.sources, words),
  );
}

function ofNotice(message: Message, words: Words): HTMLElement {
  return h(
    "div",
    { class: "message system", "data-seq": message.seq },
    h("div", { class: "notice" }, icon("info"), h("div", {}, speaker(words.t("note")), ...markdown(message.text, words.t("opens_new")))),
  );
}

export function messageView(message: Message, standing: Standing, acts: MessageActs, words: Words): HTMLElement {
  if (message.author === "ai") return ofAi(message, standing, acts, words);
  if (message.author === "person") return ofPerson(message, words);
  if (message.author === "system")
    return message.kind === "notice" ? ofNotice(message, words) : ofHouse(message, words);
  return h(
    "div",
    { class: "message visitor", "data-seq": message.seq },
    h("div", { class: "bubble" }, speaker(words.t("you")), ...plain(message.text, words.t("opens_new"))),
  );
}

export function outgoingView(message: Outgoing, acts: MessageActs, words: Words): HTMLElement {
  const failed = message.state === "failed";
  return h(
    "div",
    { class: `message visitor ${message.state}` },
    h("div", { class: "bubble" }, speaker(words.t("you")), ...plain(message.text, words.t("opens_new"))),
    failed
      ? h(
          "div",
          { class: "failed-line", role: "alert" },
          icon("alert"),
          h("span", {}, `${words.t("not_sent")} ${words.error(message.why ?? "")}`),
          button("retry", () => acts.retry(message.client_id), words.t("retry")),
        )
      : h("div", { class: "state" }, words.t("sending")),
  );
}

// Read aloud once, when it is whole: until then it is kept from screen readers.
export function partialView(partial: PartialText, words: Words): HTMLElement {
  return h(
    "article",
    { class: "message ai partial", "data-label": partial.label.version, "aria-hidden": partial.stopped ? null : "true" },
    labelLine(words),
    h("div", { class: "bubble" }, ...markdown(partial.text, words.t("opens_new"))),
    partial.stopped && h("div", { class: "state" }, words.t("stopped")),
  );
}

export function labelView(label: Label, limits: Label | null): HTMLElement {
  return h(
    "div",
    { class: "label", "data-label": label.version },
    icon("spark"),
    h("div", {}, h("p", { class: "label-text" }, label.text ?? ""), limits?.text && h("p", { class: "limits" }, limits.text)),
  );
}
