// Cuts a stream of server-sent events into events, whatever pieces it comes in.
import type { LiveEvent } from "./types";

export interface Read {
  event: LiveEvent;
  id: number | null;
}

export class EventReader {
  private rest = "";

  // The complete events of what has come so far; comments are dropped.
  take(text: string): Read[] {
    this.rest += text;
    const blocks = this.rest.split(/\r?\n\r?\n/);
    this.rest = blocks.pop() ?? "";
    const out: Read[] = [];
    for (const block of blocks) {
      const read = parse(block);
      if (read) out.push(read);
    }
    return out;
  }
}

function parse(block: string): Read | null {
  let name = "message";
  let id: number | null = null;
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const at = line.indexOf(":");
    if (at <= 0) continue;
    const value = line.slice(at + 1).replace(/^ /, "");
    const field = line.slice(0, at);
    if (field === "event") name = value;
    if (field === "id") id = Number(value);
    if (field === "data") data.push(value);
  }
  if (!data.length) return null;
  try {
    return { event: { event: name, data: JSON.parse(data.join("\n")) } as LiveEvent, id };
  } catch {
    return null;
  }
}
