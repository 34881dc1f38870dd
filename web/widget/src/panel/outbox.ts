// What the visitor wrote and the server does not have yet: sent in order, under an id of its own,
// so that a repeated sending makes one message.
import { Fault, type Transport } from "./transport";
import type { Outgoing, Owner } from "./types";

export interface OutboxCalls {
  session(): Promise<void>;
  changed(): void;
  sent(seq: number, owner: Owner | null, message: Outgoing): void; // null: told otherwise meanwhile
  owners_told(): number;
  consent_lost(): void;
  session_lost(): void;
  lang(): string;
}

const quiet_tries = 2; // before the visitor is told

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  private busy = false;

  constructor(
    private readonly transport: Transport,
    private readonly list: Outgoing[],
    private readonly calls: OutboxCalls,
  ) {}

  add(text: string, choice?: string): void {
    this.list.push({ client_id: newId(), text, state: "sending", ...(choice ? { choice } : {}) });
    this.calls.changed();
    void this.run();
  }

  retry(client_id: string): void {
    const message = this.list.find((m) => m.client_id === client_id);
    if (!message) return;
    message.state = "sending";
    this.calls.changed();
    void this.run();
  }

  // The connection is back.
  flush(): void {
    for (const message of this.list) {
      if (message.why === "network") message.state = "sending";
    }
    void this.run();
  }

  // It came back with the events: it has arrived.
  drop(client_id: string): void {
    const at = this.list.findIndex((m) => m.client_id === client_id);
    if (at >= 0) this.list.splice(at, 1);
  }

  private async run(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let next = this.next(); next; next = this.next()) await this.send(next);
    } finally {
      this.busy = false;
    }
  }

  private next(): Outgoing | undefined {
    const first = this.list[0];
    return first?.state === "sending" ? first : undefined;
  }

  private async send(message: Outgoing): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.once(message);
        return;
      } catch (fault) {
        if (!this.list.includes(message)) return;
        const why = fault instanceof Fault ? fault : new Fault("other", 0, 0);
        if (why.id === "desk.consent_needed") return this.calls.consent_lost();
        const again = why.status === 0 || why.status >= 502;
        if (again && navigator.onLine && tries < quiet_tries) {
          await new Promise((done) => setTimeout(done, 800 * (tries + 1)));
          continue;
        }
        message.state = "failed";
        message.why = why.status === 0 ? "network" : why.wait ? `wait ${why.wait}` : why.id;
        this.calls.changed();
        return;
      }
    }
  }

  private async once(message: Outgoing): Promise<void> {
    await this.calls.session();
    const { client_id, text, choice } = message;
    let answer: { seq: number; owner: Owner };
    const told = this.calls.owners_told();
    const body = { client_id, text, lang: this.calls.lang(), ...(choice ? { choice } : {}) };
    try {
      answer = await this.transport.call("POST", "/messages", body);
    } catch (fault) {
      if (!(fault instanceof Fault) || fault.id !== "desk.visitor.missing") throw fault;
      this.calls.session_lost(); // the next try opens a new one
      throw new Fault("network", 0, 0);
    }
    this.drop(client_id);
    // The answer says whose it was when the message came in; the stream may be ahead of it.
    const owner = told === this.calls.owners_told() ? answer.owner : null;
    this.calls.sent(answer.seq, owner, message);
  }
}
