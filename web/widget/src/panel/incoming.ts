// What comes in changes what is shown: messages, the AI's text while it is written, owners, typing.
import type { State, Typing } from "./session";
import type { LiveEvent, Message, Owner } from "./types";

export interface IncomingCalls {
  changed(what: "messages" | "status"): void;
  arrived(message: Message): void; // a new one that is not the visitor's
  delivered(client_id: string): void; // the visitor's own message came back
  reload(): void;
}

const typing_ends = 12_000;

export class Incoming {
  private typing_clock = 0;
  owners_told = 0; // how often the server has named an owner by itself

  constructor(
    private readonly state: State,
    private readonly calls: IncomingCalls,
  ) {}

  take(event: LiveEvent): void {
    if (event.event === "message") return this.onMessage(event.data);
    if (event.event === "delta") return this.onDelta(event.data);
    if (event.event === "owner") {
      this.owners_told += 1;
      this.takeOwner(event.data.owner, event.data.name ?? "");
      return this.calls.changed("status");
    }
    if (event.event === "typing") {
      const { who, name } = event.data;
      return this.setTyping(who === "nobody" ? null : { who, name: name ?? "" });
    }
    this.calls.reload();
  }

  takeOwner(owner: Owner, name: string): void {
    this.state.owner = owner;
    if (owner !== "ai") this.stopPartial();
    if (owner === "ai") this.state.asked = false;
    else this.state.asked = owner === "nobody";
    if (name) this.state.name = name;
    if (owner !== "person") this.state.name = "";
    if (owner !== "ai" && this.state.typing?.who === "ai") this.setTyping(null);
  }

  private stopPartial(): void {
    if (this.state.partial) this.state.partial.stopped = true;
  }

  setTyping(typing: Typing): void {
    clearTimeout(this.typing_clock);
    this.state.typing = typing;
    if (typing?.who === "person")
      this.typing_clock = window.setTimeout(() => this.setTyping(null), typing_ends);
    this.calls.changed("status");
  }

  private onDelta(delta: { turn: string; text: string; at: number; label?: { version: string } }): void {
    const running = this.state.partial;
    if (running?.turn === delta.turn) {
      if (running.stopped) return;
      if (delta.at === running.text.length) running.text += delta.text;
      else if (delta.at === 0) running.text = delta.text;
    } else if (delta.at === 0 && delta.label?.version) {
      // No text of the AI is shown that carries no label.
      this.state.partial = { turn: delta.turn, text: delta.text, label: delta.label };
    }
    this.setTyping(null);
    this.calls.changed("messages");
  }

  private onMessage(message: Message): void {
    const fresh = this.add(message, true);
    if (!fresh) return;
    if (message.author !== "visitor") {
      this.setTyping(null);
      if (message.author === "ai" || !this.state.partial?.stopped) this.state.partial = null;
      this.calls.arrived(message);
    }
    this.calls.changed("messages");
  }

  // False for a message that is there already, and for one of the AI that does not say so.
  add(message: Message, live: boolean): boolean {
    if (message.author === "ai" && !message.label?.version) {
      if (live) this.state.partial = null;
      return false;
    }
    const list = this.state.messages;
    const at = list.findIndex((m) => m.seq >= message.seq);
    if (at >= 0 && list[at]?.seq === message.seq) return false;
    if (at < 0) list.push(message);
    else list.splice(at, 0, message);
    if (message.client_id) this.calls.delivered(message.client_id);
    if (message.kind === "ask") this.state.misses += 1;
    else if (message.author === "ai") this.state.misses = 0;
    if (message.author === "person") {
      this.state.asked = false;
      if (message.name && this.state.owner === "person") this.state.name = message.name;
    }
    return true;
  }
}
