// Puts the panel into the loader's shadow root and joins its parts: header, screens, transcript,
// composer, dialogs. One instance a page.
import type { Panel, Place } from "../shared";
import { readable } from "./color";
import { Composer } from "./composer";
import { consentView, declinedView } from "./consent_view";
import { h } from "./dom";
import { Header } from "./header";
import { Memory } from "./memory";
import css from "./panel.css";
import { Session, type Change } from "./session";
import { Sheet, type SheetContent } from "./sheet";
import { contactSheet, eraseSheet, reportSheet } from "./sheets";
import { Status } from "./status";
import { Transcript } from "./transcript";
import type { Message } from "./types";
import { Words } from "./words";

const offer_form_after = 180_000; // of waiting for a person
const phone = "(max-width: 480px)";

class Frame implements Panel {
  private readonly words = new Words();
  private readonly memory: Memory;
  private readonly session: Session;
  private node: HTMLElement = h("section");
  private header!: Header;
  private status!: Status;
  private transcript!: Transcript;
  private composer!: Composer;
  private sheet: Sheet | null = null;
  private opened = false;
  private unread = 0;
  private lang: string;
  private starters: string[];
  private screen = "";
  private wait_clock = 0;
  private due: Change | null = null;

  constructor(private readonly place: Place) {
    this.lang = place.config.lang;
    this.starters = place.config.starters;
    this.memory = new Memory(place.config.widget, place.remember);
    this.session = new Session(
      place.config,
      this.memory,
      place.base,
      this.lang,
      (what) => this.onChange(what),
      (message) => this.onArrived(message),
      async () => (await place.config_in(this.lang, "reload"))?.public_key ?? null,
    );
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    place.root.adoptedStyleSheets = [...place.root.adoptedStyleSheets, sheet];
    place.host.style.setProperty("--accent-light", readable(place.accent, "#ffffff"));
    place.host.style.setProperty("--accent-dark", readable(place.accent, "#1b2027"));
    matchMedia(phone).addEventListener("change", () => this.setSemantics());
    if (this.session.transport.visitor) void this.session.resume();
  }

  async start(): Promise<void> {
    this.words.use(await this.place.table(this.lang));
    this.build();
  }

  // ---- building ---------------------------------------------------------------------------------

  private build(): void {
    const { words, session } = this;
    this.header = new Header(this.place, session, words, {
      close: () => this.close(),
      human: () => this.human(),
      language: (lang) => this.setLanguage(lang),
      withdraw: () => void this.attempt(() => session.withdraw()),
      erase: (opener) => this.show(eraseSheet(() => this.erase(), words), opener),
      restart: () => this.reset(),
      memory: this.memory,
      problem: (id) => this.status.problem(id),
    });
    this.status = new Status(session.state, words, {
      contact: (opener) => this.contact(opener),
      preview: this.place.config.preview ?? false,
      may_contact: this.place.config.contact ?? false,
    });
    this.transcript = new Transcript(session.state, () => this.starters, this.acts(), words);
    this.composer = new Composer(
      {
        send: (text) => session.send(text),
        changed: (text) => this.memory.setDraft(text),
      },
      words,
      this.composer?.input.value ?? this.memory.draft(),
    );
    const next = h("section", { class: `panel ${this.place.mode}`, lang: words.lang });
    next.hidden = !this.opened;
    next.append(this.header.node, this.status.node, h("div", { class: "body" }));
    next.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || this.place.mode === "page") return;
      event.stopPropagation();
      this.close();
    });
    if (this.node.isConnected) this.node.replaceWith(next);
    else this.place.root.append(next);
    this.node = next;
    this.screen = "";
    this.setSemantics();
    this.due = "all";
    this.render();
  }

  private acts(): ConstructorParameters<typeof Transcript>[2] {
    const { session } = this;
    return {
      start: (question) => session.send(question),
      choose: (key, question) => session.send(question, key),
      none: () => session.send(this.words.t("ask_none_text")),
      human: () => this.human(),
      retry: (id) => session.outbox.retry(id),
      older: () => this.attempt(() => session.loadOlder()),
      labelSeen: () => void session.tellLabel(),
      thumb: (seq, thumb) => {
        // A thumb down is sent with its reason, or alone when none is given.
        void this.attempt(() => session.thumb(seq, thumb)).then(() => this.transcript.render());
        this.transcript.render();
      },
      reason: (seq, reason) => {
        this.transcript.said(seq);
        void this.attempt(() => session.thumb(seq, "down", reason));
        this.transcript.render();
      },
      report: (seq, opener) => this.show(reportSheet(session, seq, this.words), opener),
    };
  }

  // Full screen it is a dialog; beside a page it is a region, and the page stays in reach.
  private setSemantics(): void {
    const whole = this.place.mode === "float" && matchMedia(phone).matches;
    this.node.setAttribute("role", whole ? "dialog" : "region");
    this.node.setAttribute("aria-label", this.words.t("region", { name: this.place.config.name }));
    if (whole) this.node.setAttribute("aria-modal", "true");
    else this.node.removeAttribute("aria-modal");
  }

  // ---- open and close ---------------------------------------------------------------------------

  isOpen(): boolean {
    return this.opened;
  }

  open(): void {
    if (this.opened) return;
    this.opened = true;
    this.node.hidden = false;
    this.place.launcher?.classList.add("covered");
    this.place.setOpen(true);
    this.unread = 0;
    this.place.setUnread(0);
    this.memory.setOpen(true);
    if (!this.session.state.notice) void this.session.loadNotice();
    this.session.watch();
    this.transcript.toEnd();
    this.composer.fit();
    this.focusFirst();
    this.place.tell("open");
  }

  close(): void {
    if (!this.opened || this.place.mode === "page") return;
    this.opened = false;
    this.sheet?.close();
    this.node.hidden = true;
    this.place.launcher?.classList.remove("covered");
    this.place.setOpen(false);
    this.memory.setOpen(false);
    this.session.unwatch();
    this.place.launcher?.focus();
    this.place.tell("close");
  }

  private focusFirst(): void {
    const target =
      this.session.state.screen === "chat"
        ? this.composer.input
        : this.node.querySelector<HTMLElement>(".screen h3");
    target?.focus({ preventScroll: true });
  }

  setLanguage(lang: string): void {
    if (!this.place.config.languages.includes(lang)) return;
    this.lang = lang;
    void Promise.all([
      lang === "en" ? undefined : this.place.table(lang),
      this.place.config_in(lang),
      this.session.setLanguage(lang),
    ]).then(([table, config]) => {
      this.words.use(table);
      if (config) this.starters = config.starters;
      this.build();
      this.focusFirst();
    });
  }

  reset(): void {
    this.session.forget();
    this.transcript.forget();
    this.composer.input.value = "";
    this.due = "all";
    this.render();
    if (this.opened) this.focusFirst();
  }

  // ---- acts -------------------------------------------------------------------------------------

  private async attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.status.problem("");
    } catch (fault) {
      this.status.problem((fault as { id?: string }).id ?? "other");
    }
  }

  private human(): void {
    if (this.session.state.screen !== "chat") return;
    void this.attempt(() => this.session.human());
  }

  private contact(opener: HTMLElement): void {
    const asked = this.session.state.messages.findLast((m) => m.author === "visitor")?.text ?? "";
    this.show(contactSheet(this.session, asked, this.words), opener);
  }

  private async erase(): Promise<void> {
    await this.session.transport.call("DELETE", "/me");
    this.session.forget();
    this.transcript.forget();
    this.onChange("all");
  }

  private show(content: SheetContent, opener: HTMLElement | null): void {
    this.sheet?.close();
    const body = this.node.querySelector<HTMLElement>(".body");
    const sheet = new Sheet(content, this.words, opener, () => {
      this.sheet = null;
      if (body) for (const child of body.children) child.removeAttribute("inert");
      if (!opener?.isConnected) this.focusFirst();
    });
    this.sheet = sheet;
    if (body) for (const child of body.children) child.setAttribute("inert", "");
    body?.append(sheet.node);
    sheet.focus();
  }

  // ---- what changed -----------------------------------------------------------------------------

  // Many events that come together are shown together.
  private onChange(what: Change): void {
    if (!this.due) queueMicrotask(() => this.render());
    if (what !== "status" || !this.due) this.due = what;
  }

  private render(): void {
    const what = this.due;
    this.due = null;
    if (!this.status) return; // the words are still on their way
    if (what !== "status") this.showScreen();
    if (this.session.state.screen === "chat") this.transcript.render();
    this.header.render();
    this.status.render();
    this.watchTheWait();
  }

  private showScreen(): void {
    const { screen, notice, notes } = this.session.state;
    const print = screen === "chat" ? screen : JSON.stringify([screen, notice, notes]);
    if (print === this.screen) return;
    const moved = this.screen !== "";
    this.screen = print;
    const body = this.node.querySelector<HTMLElement>(".body");
    const acts = {
      decide: (given: boolean, improve: boolean) =>
        void this.attempt(() => this.session.consent(given, improve)),
      back: () => {
        this.session.forget();
        this.onChange("all");
      },
    };
    if (screen === "chat") {
      body?.replaceChildren(this.transcript.node, this.composer.node);
      this.transcript.toEnd();
    } else if (screen === "consent") {
      body?.replaceChildren(consentView(notice, this.place.config.name, acts, this.words));
    } else {
      body?.replaceChildren(declinedView(notice, notes, acts, this.words));
    }
    if (moved && this.opened) this.focusFirst();
  }

  // Three minutes without a person: the form is offered, and the wait goes on.
  private watchTheWait(): void {
    const { asked } = this.session.state;
    if (!asked) {
      clearTimeout(this.wait_clock);
      this.wait_clock = 0;
      this.status.offerForm(false);
    } else if (!this.wait_clock) {
      this.wait_clock = window.setTimeout(() => this.status.offerForm(true), offer_form_after);
    }
  }

  private onArrived(message: Message): void {
    this.place.tell("message", { author: message.author });
    this.status.announce(message);
    if (this.opened && !document.hidden) return;
    if (!this.opened) this.place.setUnread((this.unread += 1));
    if (this.memory.sound()) chime();
  }
}

// Two soft notes; only after the visitor switched sounds on.
function chime(): void {
  try {
    const audio = new AudioContext();
    [660, 880].forEach((pitch, i) => {
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      const at = audio.currentTime + i * 0.12;
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.05, at);
      loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
      tone.connect(loudness).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.3);
    });
    setTimeout(() => void audio.close(), 1000);
  } catch {
    // No sound here.
  }
}

export function mount(place: Place): Panel {
  const frame = new Frame(place);
  let ready = false;
  const started = frame.start().then(() => {
    ready = true;
  });
  return {
    open: () => void started.then(() => frame.open()),
    close: () => frame.close(),
    isOpen: () => ready && frame.isOpen(),
    setLanguage: (lang) => void started.then(() => frame.setLanguage(lang)),
    reset: () => void started.then(() => frame.reset()),
  };
}
