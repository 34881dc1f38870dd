// The head of the panel: who answers here, the way to a person, the menu. Always visible.
import type { Place } from "../shared";
import { button, h, icon } from "./dom";
import type { Memory } from "./memory";
import { Menu, type Item } from "./menu";
import type { Session } from "./session";
import type { Words } from "./words";

export interface HeaderActs {
  close(): void;
  human(): void;
  language(lang: string): void;
  withdraw(): void;
  erase(opener: HTMLElement): void;
  restart(): void;
  memory: Memory;
  problem(id: string): void;
}

export class Header {
  readonly node: HTMLElement;
  private readonly subtitle = h("p", { class: "subtitle" });
  private readonly human: HTMLButtonElement;
  private readonly menu: Menu;

  constructor(
    private readonly place: Place,
    private readonly session: Session,
    private readonly words: Words,
    private readonly acts: HeaderActs,
  ) {
    this.menu = new Menu(words.t("menu"), () => this.items());
    const close = button("round", () => acts.close(), icon("close"));
    close.setAttribute("aria-label", words.t("close"));
    close.title = words.t("close");
    this.human = button("human", () => acts.human());
    this.node = h(
      "header",
      {},
      h(
        "div",
        { class: "row" },
        h("span", { class: "badge-icon" }, icon("spark")),
        h("div", { class: "title" }, h("h2", {}, place.config.name), this.subtitle),
        this.menu.node,
        place.mode === "page" ? null : close,
      ),
      this.human,
    );
    this.render();
  }

  render(): void {
    const { owner, name, asked, screen } = this.session.state;
    const { words } = this;
    const person = owner === "person";
    const subtitle = person
      ? words.t("subtitle_person", { name: name || words.t("a_person") })
      : asked
        ? words.t("subtitle_waiting")
        : words.t("subtitle");
    // A line breaks between sentences, not within.
    const sentences = subtitle.split(/(?<=\.) /).map((s) => h("span", {}, s));
    this.subtitle.replaceChildren(...sentences.flatMap((s, i) => (i ? [" ", s] : [s])));
    const say = person ? "talk_person" : asked ? "talk_waiting" : "talk";
    this.human.replaceChildren(icon(person || asked ? "check" : "person"), words.t(say));
    this.human.setAttribute("aria-disabled", String(person || asked));
    this.human.hidden = screen !== "chat";
  }

  private items(): Item[] {
    const { config } = this.place;
    const { words, acts } = this;
    const names = new Intl.DisplayNames([words.lang], { type: "language" });
    const out: Item[] = config.languages
      .filter((lang) => lang !== words.lang && (lang === "en" || config.texts[lang]))
      .map((lang) => ({
        text: new Intl.DisplayNames([lang], { type: "language" }).of(lang) ?? names.of(lang) ?? lang,
        lang,
        act: () => acts.language(lang),
      }));
    const begun = this.session.transport.visitor !== null;
    if (!begun) return out.length ? out : [{ text: words.t("close"), act: () => acts.close() }];
    const sound = acts.memory.sound();
    out.push({ text: words.t("menu_sound"), checked: sound, act: () => acts.memory.setSound(!sound) });
    if (config.my_data) {
      out.push({ text: words.t("menu_export"), act: () => void this.saveData() });
      out.push({ text: words.t("menu_erase"), act: () => acts.erase(this.menuButton) });
    }
    if (config.consent.required) out.push({ text: words.t("menu_withdraw"), act: () => acts.withdraw() });
    out.push({ text: words.t("menu_restart"), act: () => acts.restart() });
    return out;
  }

  private get menuButton(): HTMLElement {
    return this.menu.node.querySelector("button") ?? this.node;
  }

  // The visitor's own messages as a file.
  private async saveData(): Promise<void> {
    try {
      const data = await this.session.transport.call<unknown>("GET", "/me");
      const file = new Blob([JSON.stringify(data, null, 2)], { type: "application/json" });
      const address = URL.createObjectURL(file);
      h("a", { href: address, download: "my-data.json" }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch (fault) {
      this.acts.problem((fault as { id?: string }).id ?? "other");
    }
  }
}
