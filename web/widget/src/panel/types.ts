// What travels between the server and the panel, and what the panel shows.

export type Owner = "ai" | "nobody" | "person";
export type Author = "visitor" | "ai" | "person" | "system";

export interface Choice {
  key: string;
  question: string;
}
export interface Source {
  title: string;
  url?: string;
  checked_on?: string;
}
export interface Label {
  version: string;
  text?: string;
}
export interface Message {
  seq: number;
  id: string;
  author: Author;
  kind: string;
  text: string;
  name?: string;
  choices?: Choice[];
  sources?: Source[];
  label?: Label;
  client_id?: string;
}

export interface Outgoing {
  client_id: string;
  text: string;
  choice?: string;
  state: "sending" | "failed";
  why?: string;
}

// A text of the AI while it comes; never stored, replaced by the message.
export interface PartialText {
  turn: string;
  text: string;
  label: Label;
  stopped?: boolean; // a person took over
}

export type LiveEvent =
  | { event: "message"; data: Message }
  | { event: "delta"; data: { turn: string; text: string; at: number; label?: Label } }
  | { event: "owner"; data: { owner: Owner; name?: string } }
  | { event: "typing"; data: { who: "ai" | "person" | "nobody"; name?: string } }
  | { event: "resync"; data: Record<string, never> };

export interface Notice {
  lang: string;
  label: Label | null;
  limits: Label | null;
  greeting: Label | null;
  consent: Label | null;
  contact: Label | null;
}
