// The visitor's side of one conversation: consent, session, messages out and in. It holds the state
// that is shown and tells its one listener when it changed; it touches no node.
import type { Config } from "../shared";
import { Incoming } from "./incoming";
import { Live } from "./live";
import type { Memory } from "./memory";
import { Outbox } from "./outbox";
import { Fault, Transport } from "./transport";
import type { Message, Notice, Outgoing, Owner, PartialText } from "./types";

export type Screen = "consent" | "declined" | "chat";
export type Typing = { who: "ai" | "person"; name: string } | null;

export interface State {
  screen: Screen;
  notice: Notice | null;
  messages: Message[]; // by seq
  outgoing: Outgoing[];
  partial: PartialText | null;
  owner: Owner;
  name: string; // of the person
  asked: boolean; // for a person, and none has come
  typing: Typing;
  broken: boolean; // the connection
  offline: boolean;
  older: number | null; // history goes on before this seq
  thumbs: Map<number, "up" | "down">;
  reported: Set<number>;
  misses: number;
  notes: string[]; // keys of texts that tell what was done
}

export type Change = "all" | "messages" | "status";

export class Session {
  readonly state: State;
  readonly transport: Transport;
  readonly outbox: Outbox;
  private readonly incoming: Incoming;
  private live: Live | null = null;
  private started: Promise<void> | null = null;
  private begun = false; // the session is open, and what was said before is here
  private told_label = "";
  private notice_clock = 0;

  constructor(
    readonly config: Config,
    readonly memory: Memory,
    base: string,
    private lang: string,
    private readonly changed: (what: Change) => void,
    arrived: (message: Message) => void,
    newKey: () => Promise<string | null>,
  ) {
    this.transport = new Transport(base + config.widget, config.public_key, newKey);
    this.transport.visitor = memory.visitor();
    const consented = !config.consent.required || this.transport.visitor !== null;
    this.state = {
      screen: consented ? "chat" : "consent",
      notice: null,
      messages: [],
      outgoing: [],
      partial: null,
      owner: "ai",
      name: "",
      asked: false,
      typing: null,
      broken: false,
      offline: !navigator.onLine,
      older: null,
      thumbs: new Map(),
      reported: new Set(),
      misses: 0,
      notes: [],
    };
    this.outbox = new Outbox(this.transport, this.state.outgoing, {
      session: () => this.session(),
      changed: () => changed("messages"),
      sent: (seq, owner, message) => this.onSent(seq, owner, message),
      owners_told: () => this.incoming.owners_told,
      consent_lost: () => this.toConsent(),
      lang: () => this.lang,
      session_lost: () => this.loseSession(),
    });
    this.incoming = new Incoming(this.state, {
      changed,
      arrived,
      delivered: (client_id) => this.outbox.drop(client_id),
      reload: () => void this.loadHistory().catch(() => undefined),
    });
    addEventListener("online", () => this.setOffline(false));
    addEventListener("offline", () => this.setOffline(true));
  }

  // ---- what is shown before anything is sent ----------------------------------------------------

  async loadNotice(wait = 2_000): Promise<void> {
    clearTimeout(this.notice_clock);
    try {
      this.state.notice = await this.transport.call<Notice>("GET", `/notice?lang=${this.lang}`);
    } catch (fault) {
      if (fault instanceof Fault && fault.status >= 400 && fault.status < 429) return; // refused
      const longer = Math.min(2 * wait, 30_000);
      this.notice_clock = window.setTimeout(() => void this.loadNotice(longer), wait);
      return;
    }
    this.changed("all");
  }

  async setLanguage(lang: string): Promise<void> {
    this.lang = lang;
    await this.loadNotice();
  }

  // ---- consent ----------------------------------------------------------------------------------

  // The record is written by the server before it hands out a visitor's id.
  async consent(given: boolean, improve: boolean): Promise<void> {
    const version = this.state.notice?.consent?.version ?? this.config.consent.version ?? "";
    const record = { purpose: "chat", version, lang: this.lang, given };
    if (given) {
      const { visitor } = await this.transport.call<{ visitor: string | null }>(
        "POST",
        "/consent",
        record,
      );
      if (!visitor) throw new Fault("other", 0, 0);
      this.keep(visitor);
      if (improve)
        await this.transport
          .call("POST", "/consent", { ...record, purpose: "improve" })
          .catch(() => undefined);
      this.state.notes = [];
      this.state.screen = "chat";
      this.started = null;
    } else {
      this.state.screen = "declined";
      // Declining must work although the record cannot be written.
      await this.transport.call("POST", "/consent", record).catch(() => undefined);
    }
    this.changed("all");
  }

  async withdraw(): Promise<void> {
    const version = this.state.notice?.consent?.version ?? this.config.consent.version ?? "";
    await this.transport.call("POST", "/consent", {
      purpose: "chat",
      version,
      lang: this.lang,
      given: false,
    });
    this.forget();
    this.state.screen = "declined";
    this.state.notes = ["withdrawn"];
    this.changed("all");
  }

  toConsent(): void {
    this.forget();
    this.changed("all");
  }

  // Everything of this conversation leaves this browser; the server keeps what it must.
  forget(): void {
    this.live?.stop();
    this.live = null;
    this.started = null;
    this.begun = false;
    this.transport.visitor = null;
    this.memory.forget();
    this.told_label = "";
    Object.assign(this.state, {
      screen: this.config.consent.required ? "consent" : "chat",
      messages: [],
      partial: null,
      owner: "ai",
      name: "",
      asked: false,
      typing: null,
      broken: false,
      older: null,
      misses: 0,
      notes: [],
    });
    this.state.outgoing.length = 0;
    this.state.thumbs.clear();
    this.state.reported.clear();
  }

  private loseSession(): void {
    this.started = null;
    this.begun = false;
    this.transport.visitor = null;
  }

  private keep(visitor: string): void {
    this.transport.visitor = visitor;
    this.memory.begin(visitor);
  }

  // ---- the session ------------------------------------------------------------------------------

  // Opened once: with the first message, or at once where there is a conversation to go on with.
  session(): Promise<void> {
    this.started ??= this.begin().catch((fault: unknown) => {
      this.started = null;
      throw fault;
    });
    return this.started;
  }

  private async begin(): Promise<void> {
    const opened = await this.transport.call<{ visitor: string; conversation: string | null; owner: Owner }>(
      "POST",
      "/sessions",
      { lang: this.lang, page: location.origin + location.pathname },
    );
    this.keep(opened.visitor);
    this.incoming.takeOwner(opened.owner, "");
    if (opened.conversation) await this.loadHistory();
    this.begun = true;
    await this.tellLabel();
    this.watch();
  }

  // Somebody who was here before: the conversation is shown again.
  async resume(): Promise<void> {
    if (!this.transport.visitor || this.state.screen !== "chat") return;
    try {
      await this.session();
    } catch (fault) {
      if (fault instanceof Fault && fault.id === "desk.consent_needed") this.toConsent();
      else if (fault instanceof Fault && fault.status === 0) {
        this.state.broken = true;
        setTimeout(() => void this.resume(), 3_000);
      }
    }
    this.changed("all");
  }

  private async loadHistory(before?: number): Promise<void> {
    const from = before === undefined ? "" : `&before=${before}`;
    const page = await this.transport.call<{ items: Message[]; next: number | null }>(
      "GET",
      `/history?limit=50${from}`,
    );
    for (const message of page.items) this.incoming.add(message, false);
    this.state.older = page.next;
    this.changed("all");
  }

  async loadOlder(): Promise<void> {
    if (this.state.older !== null) await this.loadHistory(this.state.older);
  }

  private get last(): number {
    return this.state.messages.at(-1)?.seq ?? 0;
  }

  watch(): void {
    const { visitor } = this.transport;
    if (this.live || !this.begun || !visitor || this.state.screen !== "chat") return;
    this.live = new Live(
      this.transport,
      `servery.${this.config.widget}.${visitor.slice(-12)}`,
      {
        after: () => this.last,
        event: (event) => this.incoming.take(event),
        link: (link) => {
          const broken = link === "broken";
          // What was streamed before the break comes again from its beginning.
          if (link !== "live" && this.state.partial && !this.state.partial.stopped) this.state.partial = null;
          if (broken === this.state.broken) return;
          this.state.broken = broken;
          this.changed("status");
          if (link === "live") this.outbox.flush();
        },
        fault: (fault) => this.onLiveFault(fault),
      },
    );
    this.live.start();
  }

  // Nothing is watched behind a closed panel, unless an answer is due.
  unwatch(): void {
    if (this.waiting) return;
    this.live?.stop();
    this.live = null;
  }

  get waiting(): boolean {
    const last = this.state.messages.at(-1);
    return (
      this.state.outgoing.length > 0 ||
      last?.author === "visitor" ||
      (this.state.owner !== "ai" && this.state.messages.length > 0)
    );
  }

  private onLiveFault(fault: Fault): void {
    this.live = null;
    if (fault.id === "desk.consent_needed") return this.toConsent();
    // The key was replaced: a call fetches the new one.
    if (fault.id.startsWith("key.")) {
      void this.loadHistory().then(
        () => this.watch(),
        () => undefined,
      );
      return;
    }
    // An id that is no longer valid: the next message opens a new session.
    if (fault.id === "desk.visitor.missing") {
      this.loseSession();
    } else {
      this.state.broken = true;
      this.changed("status");
    }
  }

  private setOffline(offline: boolean): void {
    this.state.offline = offline;
    if (!offline) {
      this.live?.hurry();
      this.outbox.flush();
    }
    this.changed("status");
  }

  private onSent(seq: number, owner: Owner | null, sent: Outgoing): void {
    this.incoming.add(
      { seq, id: "", author: "visitor", kind: "text", text: sent.text, client_id: sent.client_id },
      true,
    );
    if (owner) this.incoming.takeOwner(owner, "");
    this.watch();
    if (this.state.owner === "ai" && this.last === seq) this.incoming.setTyping({ who: "ai", name: "" });
    this.changed("all");
  }

  // ---- what else a visitor does -----------------------------------------------------------------

  send(text: string, choice?: string): void {
    this.state.notes = [];
    this.outbox.add(text, choice);
  }

  async human(): Promise<void> {
    await this.session();
    await this.transport.call("POST", "/human", { lang: this.lang });
    this.state.asked = this.state.owner !== "person";
    if (this.state.owner === "ai") this.incoming.takeOwner("nobody", "");
    this.watch();
    this.changed("status");
  }

  async thumb(seq: number, thumb: "up" | "down", reason?: string): Promise<void> {
    this.state.thumbs.set(seq, thumb);
    await this.transport.call("POST", "/feedback", { seq, thumb, ...(reason ? { reason } : {}) });
  }

  async report(seq: number, text: string): Promise<void> {
    await this.transport.call("POST", "/report", { seq, text });
    this.state.reported.add(seq);
    this.changed("messages");
  }

  async contact(email: string, name: string, text: string): Promise<void> {
    await this.session();
    await this.transport.call("POST", "/contact", { email, name, text, lang: this.lang });
  }

  // Once a session, as soon as the label stands on the screen.
  async tellLabel(): Promise<void> {
    const version = this.state.notice?.label?.version ?? this.config.label?.version ?? "";
    if (!version || !this.transport.visitor || this.told_label === version) return;
    this.told_label = version;
    await this.transport
      .call("POST", "/label-shown", { version, lang: this.lang })
      .catch(() => (this.told_label = ""));
  }
}
