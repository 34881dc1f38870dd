// The menu behind the three dots: arrow keys move, Escape closes, the focus comes back.
import { button, h, icon } from "./dom";

export interface Item {
  text: string;
  checked?: boolean;
  lang?: string;
  act(): void;
}

export class Menu {
  readonly node: HTMLElement;
  private readonly opener: HTMLButtonElement;
  private list: HTMLElement | null = null;

  constructor(
    label: string,
    private readonly items: () => Item[],
  ) {
    this.opener = button("round", () => (this.list ? this.close() : this.open()), icon("menu"));
    this.opener.setAttribute("aria-label", label);
    this.opener.title = label;
    this.opener.setAttribute("aria-haspopup", "menu");
    this.opener.setAttribute("aria-expanded", "false");
    this.node = h("div", { class: "menu" }, this.opener);
    this.node.addEventListener("keydown", (event) => this.onKey(event));
    this.node.addEventListener("focusout", (event) => {
      if (!this.node.contains(event.relatedTarget as Node | null)) this.close(false);
    });
  }

  get isOpen(): boolean {
    return this.list !== null;
  }

  private open(): void {
    this.list = h(
      "div",
      { class: "menu-list", role: "menu" },
      ...this.items().map((item) => {
        const made = button("item", () => {
          this.close();
          item.act();
        });
        made.append(h("span", {}, item.text));
        made.setAttribute("role", item.checked === undefined ? "menuitem" : "menuitemcheckbox");
        if (item.checked !== undefined) made.setAttribute("aria-checked", String(item.checked));
        if (item.checked) made.append(icon("check"));
        if (item.lang) made.lang = item.lang;
        made.tabIndex = -1;
        return made;
      }),
    );
    this.node.append(this.list);
    this.opener.setAttribute("aria-expanded", "true");
    this.entries[0]?.focus();
  }

  close(refocus = true): void {
    const list = this.list;
    if (!list) return;
    this.list = null; // first: taking it away moves the focus, which closes it too
    list.remove();
    this.opener.setAttribute("aria-expanded", "false");
    if (refocus) this.opener.focus();
  }

  private get entries(): HTMLButtonElement[] {
    return this.list ? [...this.list.querySelectorAll("button")] : [];
  }

  private onKey(event: KeyboardEvent): void {
    if (!this.list) return;
    const root = this.node.getRootNode() as ShadowRoot;
    const at = this.entries.indexOf(root.activeElement as HTMLButtonElement);
    const count = this.entries.length;
    const to: Record<string, number> = {
      ArrowDown: (at + 1) % count,
      ArrowUp: (at - 1 + count) % count,
      Home: 0,
      End: count - 1,
    };
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    } else if (event.key in to) {
      event.preventDefault();
      this.entries[to[event.key] ?? 0]?.focus();
    }
  }
}
