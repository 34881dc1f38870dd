// What happens in the conversation, as it happens. One stream a browser: the tab that holds the
// lock reads, the others listen to it. A stream whose first byte does not come in three seconds, or
// that breaks twice in a minute, gives way to long polls until the page is loaded again: a proxy in
// between keeps the bytes back.
import { EventReader } from "./event_reader";
import { Fault, faultOf, type Transport } from "./transport";
import type { LiveEvent } from "./types";

export type Link = "idle" | "connecting" | "live" | "broken";

export interface LiveCalls {
  after(): number; // the last seq that is known
  event(event: LiveEvent): void;
  link(state: Link): void;
  fault(fault: Fault): void; // the server says no: nothing is tried again
}

const first_byte = 3_000;
const silence = 45_000; // the server writes a comment every 20 s
const longest_wait = 30_000;

interface Relayed {
  from: string;
  event: LiveEvent;
}

export class Live {
  private abort: AbortController | null = null;
  private release: (() => void) | null = null;
  private channel: BroadcastChannel | null = null;
  private polling = false;
  private breaks: number[] = [];
  private failures = 0;
  private running = false;
  private wakeUp: (() => void) | null = null;
  private readonly self = Math.random().toString(36).slice(2);

  constructor(
    private readonly transport: Transport,
    private readonly name: string, // of the lock and the channel: one a visitor
    private readonly calls: LiveCalls,
  ) {
    addEventListener("online", () => this.hurry());
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.calls.link("connecting");
    this.listen();
    void this.lead();
  }

  stop(): void {
    this.running = false;
    this.abort?.abort();
    this.release?.();
    this.release = null;
    this.channel?.close();
    this.channel = null;
    this.hurry();
    this.calls.link("idle");
  }

  // Tries again now instead of after the wait.
  hurry(): void {
    this.failures = Math.min(this.failures, 1);
    this.wakeUp?.();
  }

  private listen(): void {
    if (typeof BroadcastChannel === "undefined") return;
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = (message: MessageEvent<Relayed>) => {
      if (message.data.from === this.self) return;
      this.calls.link("live");
      this.calls.event(message.data.event);
    };
  }

  private pass(event: LiveEvent): void {
    this.calls.event(event);
    this.channel?.postMessage({ from: this.self, event } satisfies Relayed);
  }

  private async lead(): Promise<void> {
    if (!navigator.locks) return this.read();
    const locks = navigator.locks;
    const taken = await locks.request(this.name, { ifAvailable: true }, (lock) =>
      lock ? this.hold() : Promise.resolve("taken"),
    );
    if (taken !== "taken" || !this.running) return;
    // Another tab reads. What it read before this tab listened is fetched once; its stream is ours
    // as soon as it leaves.
    this.calls.link("live");
    this.calls.event({ event: "resync", data: {} });
    const waiting = new AbortController();
    this.release = () => waiting.abort();
    await locks
      .request(this.name, { signal: waiting.signal }, () => (this.running ? this.hold() : undefined))
      .catch(() => undefined);
  }

  private async hold(): Promise<void> {
    if (this.running) await this.read();
  }

  private async read(): Promise<void> {
    while (this.running) {
      try {
        if (this.polling) await this.poll();
        else await this.stream();
      } catch (fault) {
        if (!this.running) return;
        if (fault instanceof Fault && fault.status >= 400 && fault.status < 500 && fault.status !== 429) {
          this.running = false;
          this.calls.fault(fault);
          return;
        }
        this.countBreak();
        await this.rest(fault instanceof Fault ? fault.wait * 1000 : 0);
      }
    }
  }

  private countBreak(): void {
    const now = Date.now();
    this.breaks = [...this.breaks.filter((at) => now - at < 60_000), now];
    if (this.breaks.length >= 2) this.polling = true;
    this.failures += 1;
    if (this.failures > 1) this.calls.link("broken");
  }

  private rest(atLeast: number): Promise<void> {
    const step = Math.min(1000 * 2 ** (this.failures - 1), longest_wait);
    const wait = Math.max(atLeast, step * (0.8 + 0.4 * Math.random()));
    return new Promise((done) => {
      const timer = setTimeout(done, wait);
      this.wakeUp = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  private fine(): void {
    this.failures = 0;
    this.calls.link("live");
  }

  private async stream(): Promise<void> {
    const abort = (this.abort = new AbortController());
    let clock = setTimeout(() => {
      this.polling = true;
      abort.abort();
    }, first_byte);
    try {
      const answer = await this.transport.open(
        `/events?after=${this.calls.after()}`,
        "text/event-stream",
        abort.signal,
      );
      if (!answer.ok || !answer.body) throw await faultOf(answer);
      const reader = answer.body.getReader();
      const text = new TextDecoder();
      const events = new EventReader();
      for (;;) {
        const { value, done } = await reader.read();
        clearTimeout(clock);
        if (done) throw new Fault("stream_ended", 0, 0);
        this.fine();
        clock = setTimeout(() => abort.abort(), silence);
        for (const { event } of events.take(text.decode(value, { stream: true }))) this.pass(event);
      }
    } finally {
      clearTimeout(clock);
      abort.abort();
    }
  }

  private async poll(): Promise<void> {
    const abort = (this.abort = new AbortController());
    const clock = setTimeout(() => abort.abort(), silence);
    try {
      const answer = await this.transport.open(
        `/events?after=${this.calls.after()}`,
        "application/json",
        abort.signal,
      );
      if (!answer.ok) throw await faultOf(answer);
      const body = (await answer.json()) as { events: LiveEvent[] };
      this.fine();
      for (const event of body.events) this.pass(event);
    } finally {
      clearTimeout(clock);
    }
  }
}
