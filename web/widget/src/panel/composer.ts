// Where the visitor writes. Enter sends, Shift+Enter makes a line; a text that is too long is kept.
import { h, icon } from "./dom";
import type { Words } from "./words";

export interface ComposerActs {
  send(text: string): void;
  changed(text: string): void;
}

const most = 2000;
const warn_from = 1800;

export class Composer {
  readonly node: HTMLElement;
  readonly input: HTMLTextAreaElement;
  private readonly count = h("p", { class: "count", id: "count", "aria-live": "polite" });
  private readonly submit: HTMLButtonElement;

  constructor(
    private readonly acts: ComposerActs,
    private readonly words: Words,
    draft: string,
  ) {
    this.input = h("textarea", {
      rows: 1,
      "aria-label": words.t("input"),
      "aria-describedby": "count",
      placeholder: words.t("input_hint"),
      dir: "auto",
      enterkeyhint: "send",
      autocomplete: "off",
    });
    this.input.value = draft;
    this.submit = h("button", { type: "submit", class: "send", "aria-label": words.t("send"), title: words.t("send") }, icon("send"));
    this.input.addEventListener("input", () => this.onInput());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    this.node = h(
      "form",
      {
        class: "composer",
        onsubmit: (event) => {
          event.preventDefault();
          this.send();
        },
      },
      h("div", { class: "field" }, this.input, this.submit),
      this.count,
    );
    this.show();
  }

  private get over(): number {
    return [...this.input.value.trim()].length - most;
  }

  private onInput(): void {
    this.acts.changed(this.input.value);
    this.show();
  }

  private show(): void {
    const over = this.over;
    this.submit.disabled = !this.input.value.trim() || over > 0;
    this.input.setAttribute("aria-invalid", String(over > 0));
    this.count.classList.toggle("bad", over > 0);
    if (over > 0) this.count.textContent = this.words.t("too_long", { n: over });
    else if (over > warn_from - most) this.count.textContent = this.words.t("left", { n: -over });
    else this.count.textContent = "";
    this.fit();
  }

  // As high as its text, up to six lines; unknown while nothing is shown.
  fit(): void {
    this.input.style.blockSize = "";
    const { scrollHeight } = this.input;
    if (scrollHeight > 0) this.input.style.blockSize = `${Math.min(scrollHeight, 132)}px`;
  }

  private send(): void {
    const text = this.input.value.trim();
    if (!text || this.over > 0) return;
    this.input.value = "";
    this.acts.changed("");
    this.show();
    this.acts.send(text);
    this.input.focus();
  }
}

