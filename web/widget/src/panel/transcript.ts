// The transcript: label first, then messages, what is on its way, what is being written. Nodes are
// kept while their content stays the same, so that a reader's place and focus survive.
import { button, h, icon } from "./dom";
import { labelView, messageView, outgoingView, partialView, type MessageActs } from "./message_view";
import type { State } from "./session";
import type { Words } from "./words";

export interface TranscriptActs extends MessageActs {
  start(question: string): void;
  older(): Promise<void>;
  labelSeen(): void;
}

interface Kept {
  print: string;
  node: HTMLElement;
}

const near_end = 80; // pixels

export class Transcript {
  readonly node: HTMLElement;
  private readonly head = h("div", { class: "transcript-head" });
  private readonly log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions" });
  private readonly tail = h("div", { class: "tail" });
  private readonly jump: HTMLButtonElement;
  private readonly reasoned = new Set<number>();
  private kept = new Map<string, Kept>();
  private head_print = "";

  constructor(
    private readonly state: State,
    private readonly starters: () => string[],
    private readonly acts: TranscriptActs,
    private readonly words: Words,
  ) {
    this.jump = button("jump", () => this.toEnd(), icon("arrow"), words.t("latest"));
    this.jump.hidden = true;
    const scroll = h("div", { class: "scroll", tabindex: 0 }, this.head, this.log, this.tail);
    scroll.addEventListener("scroll", () => {
      if (this.atEnd) this.jump.hidden = true;
    });
    this.node = h("div", { class: "transcript" }, scroll, this.jump);
  }

  private get scroll(): HTMLElement {
    return this.node.firstElementChild as HTMLElement;
  }

  private get atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < near_end;
  }

  toEnd(): void {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.jump.hidden = true;
  }

  said(seq: number): void {
    this.reasoned.add(seq);
  }

  forget(): void {
    this.kept.clear();
    this.head_print = "";
    this.log.replaceChildren();
  }

  render(): void {
    const followed = this.atEnd;
    const before = this.log.lastElementChild;
    const focused = (this.node.getRootNode() as ShadowRoot).activeElement;
    this.renderHead();
    this.renderLog();
    this.renderTail();
    if (focused && !focused.isConnected) this.focusNear(focused);
    if (followed) this.toEnd();
    else if (this.log.lastElementChild !== before) this.jump.hidden = false;
  }

  // A pressed button that went away leaves its reader at the message it belonged to.
  private focusNear(gone: Element): void {
    const seq = gone.closest("[data-seq]")?.getAttribute("data-seq");
    const message = seq ? this.log.querySelector<HTMLElement>(`[data-seq="${seq}"]`) : null;
    const next = message?.querySelector<HTMLElement>("button") ?? this.scroll;
    next.focus({ preventScroll: true });
  }

  private renderHead(): void {
    const { notice, messages, outgoing, older } = this.state;
    const empty = !messages.length && !outgoing.length;
    const label = notice?.label ?? null;
    const print = JSON.stringify([label, notice?.limits, empty, older, this.starters(), this.words.lang]);
    if (print === this.head_print) return;
    this.head_print = print;
    this.head.replaceChildren();
    if (older !== null)
      this.head.append(button("older", () => void this.acts.older(), this.words.t("older")));
    if (label?.text) this.head.append(labelView(label, notice?.limits ?? null));
    if (empty) this.head.append(this.emptyState());
    if (label?.text) this.acts.labelSeen();
  }

  private emptyState(): HTMLElement {
    const list = this.starters().slice(0, 4);
    return h(
      "div",
      { class: "empty" },
      h("p", { class: "hello" }, this.state.notice?.greeting?.text || this.words.t("ready")),
      list.length
        ? h(
            "ul",
            { class: "starters", "aria-label": this.words.t("starters") },
            ...list.map((q) => h("li", {}, button("choice", () => this.acts.start(q), q))),
          )
        : null,
    );
  }

  private renderLog(): void {
    const { messages, outgoing, thumbs, reported } = this.state;
    const next = new Map<string, Kept>();
    const put = (key: string, print: string, make: () => HTMLElement) => {
      const old = this.kept.get(key);
      next.set(key, old?.print === print ? old : { print, node: make() });
    };
    const lang = this.words.lang;
    messages.forEach((message, i) => {
      const standing = {
        thumb: thumbs.get(message.seq),
        reasoned: this.reasoned.has(message.seq),
        reported: reported.has(message.seq),
        last: i === messages.length - 1 && !outgoing.length,
      };
      put(`m${message.seq}`, JSON.stringify([standing, message, lang]), () =>
        messageView(message, standing, this.acts, this.words),
      );
    });
    for (const message of outgoing)
      put(`o${message.client_id}`, JSON.stringify([message, lang]), () =>
        outgoingView(message, this.acts, this.words),
      );
    this.place([...next.values()].map((k) => k.node));
    this.kept = next;
  }

  // Moves as few nodes as possible: what is read aloud is what was added.
  private place(nodes: HTMLElement[]): void {
    const wanted = new Set<Node>(nodes);
    for (const child of [...this.log.children]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, i) => {
      if (this.log.children[i] !== node) this.log.insertBefore(node, this.log.children[i] ?? null);
    });
  }

  private renderTail(): void {
    const { partial, typing } = this.state;
    this.tail.replaceChildren();
    if (partial) this.tail.append(partialView(partial, this.words));
    else if (typing)
      this.tail.append(
        h(
          "div",
          { class: `typing ${typing.who}`, "aria-hidden": "true" },
          h("i"),
          h("i"),
          h("i"),
        ),
      );
  }
}

