// What stands between header and transcript, and what is said to screen readers: the connection, a
// trial, a problem, who is writing, and the offer of the form.
import { button, h, icon, type IconName } from "./dom";
import type { State } from "./session";
import type { Message } from "./types";
import type { Words } from "./words";

export interface StatusActs {
  contact(opener: HTMLElement): void;
  preview: boolean;
  may_contact: boolean;
}

export class Status {
  readonly node = h("div", { class: "status" });
  private readonly banners = h("div", { class: "banners" });
  private readonly spoken = h("div", { class: "hidden", role: "status" });
  private problem_id = "";
  private offered = false;
  private print = "";

  constructor(
    private readonly state: State,
    private readonly words: Words,
    private readonly acts: StatusActs,
  ) {
    this.node.append(this.banners, this.spoken);
  }

  problem(id: string): void {
    this.problem_id = id;
    this.render();
  }

  offerForm(offered: boolean): void {
    if (this.offered === offered) return;
    this.offered = offered;
    this.render();
  }

  // A message read while the transcript is not in view.
  announce(message: Message): void {
    if (this.node.closest("[hidden]")) this.spoken.textContent = message.text;
  }

  render(): void {
    const { words, state } = this;
    const typing = state.typing;
    const spoken = !typing
      ? ""
      : typing.who === "ai"
        ? words.t("typing_ai")
        : words.t("typing_person", { name: typing.name || state.name || words.t("team") });
    if (this.spoken.textContent !== spoken) this.spoken.textContent = spoken;
    const print = JSON.stringify([
      state.offline,
      state.broken,
      this.problem_id,
      this.offered,
      state.screen,
      state.misses,
      state.owner,
    ]);
    if (print === this.print) return;
    this.print = print;
    this.banners.replaceChildren();
    if (this.acts.preview) this.banner("info", words.t("preview"), "preview");
    if (state.offline) this.banner("alert", words.t("offline"), "warning");
    else if (state.broken) this.banner("alert", words.t("unreachable"), "warning");
    if (this.problem_id) this.banner("alert", words.error(this.problem_id), "problem");
    const stuck = state.owner !== "person" && state.misses >= 2;
    if (this.acts.may_contact && state.screen === "chat" && (this.offered || stuck)) {
      const line = this.banner("person", words.t("contact_offer"), "offer");
      line.append(
        button("small", (e) => this.acts.contact(e.currentTarget as HTMLElement), words.t("contact_send")),
      );
    }
  }

  private banner(name: IconName, text: string, kind: string): HTMLElement {
    const urgent = kind === "problem";
    const line = h("div", { class: `banner ${kind}`, role: urgent ? "alert" : "status" }, icon(name), h("span", {}, text));
    this.banners.append(line);
    return line;
  }
}
