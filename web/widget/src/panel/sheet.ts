// A small dialog over the transcript: reporting, leaving an address, deleting one's data. The focus
// stays inside until it closes, and goes back to what opened it.
import { button, h } from "./dom";
import { Fault } from "./transport";
import type { Words } from "./words";

export interface SheetContent {
  title: string;
  body: (HTMLElement | null)[];
  submit: string;
  danger?: boolean;
  // Answers what is said when it is done, or throws a Fault.
  act(): Promise<string>;
  // A fault of what was entered, or "".
  check?(): string;
}

export class Sheet {
  readonly node: HTMLElement;
  private readonly problem = h("p", { class: "problem", role: "alert" });
  private readonly form: HTMLFormElement;
  private busy = false;

  constructor(
    private readonly content: SheetContent,
    private readonly words: Words,
    private readonly opener: HTMLElement | null,
    private readonly closed: () => void,
  ) {
    const submit = h(
      "button",
      { type: "submit", class: content.danger ? "primary danger" : "primary" },
      content.submit,
    );
    this.form = h(
      "form",
      { novalidate: true, onsubmit: (event) => void this.onSubmit(event) },
      h("h3", { id: "sheet-title" }, content.title),
      ...content.body,
      this.problem,
      h("div", { class: "pair" }, submit, button("plain", () => this.close(), words.t("cancel"))),
    );
    this.node = h(
      "div",
      { class: "sheet", role: "dialog", "aria-modal": "true", "aria-labelledby": "sheet-title" },
      this.form,
    );
    this.node.addEventListener("keydown", (event) => this.onKey(event));
  }

  focus(): void {
    (this.form.querySelector<HTMLElement>("input, textarea") ?? this.form.querySelector("button"))?.focus();
  }

  close(): void {
    this.node.remove();
    this.closed();
    if (this.opener?.isConnected) this.opener.focus();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    }
    if (event.key !== "Tab") return;
    const all = [...this.form.querySelectorAll<HTMLElement>("input, textarea, button")];
    const root = this.node.getRootNode() as ShadowRoot;
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (root.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  }

  private async onSubmit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.problem.textContent = this.content.check?.() ?? "";
    if (this.problem.textContent) return this.focus();
    this.busy = true;
    try {
      const said = await this.content.act();
      this.form.replaceChildren(
        h("p", { class: "done", role: "status", tabindex: -1 }, said),
        h("div", { class: "pair" }, button("plain", () => this.close(), this.words.t("close_sheet"))),
      );
      this.form.querySelector<HTMLElement>("button")?.focus();
    } catch (fault) {
      const { id, wait } = fault instanceof Fault ? fault : new Fault("other", 0, 0);
      this.problem.textContent = this.words.error(id, wait);
    } finally {
      this.busy = false;
    }
  }
}

// A label above its field.
export function field(id: string, label: string, input: HTMLElement): HTMLElement {
  input.id = id;
  return h("div", { class: "labelled" }, h("label", { for: id }, label), input);
}
