// What the loader, the panel and the language files share: the shape of the server's config and
// the object `window.Servery`.

export interface File {
  src: string;
  integrity: string;
}

export interface Versioned {
  text: string;
  version: string;
}

export interface Config {
  enabled: boolean;
  widget: string;
  public_key: string;
  name: string;
  lang: string;
  languages: string[];
  label: Versioned | null;
  consent: { required: boolean; version: string | null };
  starters: string[];
  accent?: string;
  preview?: boolean;
  contact?: boolean;
  my_data?: boolean;
  panel: File | null;
  texts: Record<string, File>;
}

export type Mode = "float" | "page";

// What the loader hands to the panel.
export interface Place {
  config: Config;
  base: string; // …/widget/v1/
  root: ShadowRoot;
  host: HTMLElement;
  mode: Mode;
  position: "left" | "right";
  accent: string;
  remember: boolean;
  launcher: HTMLButtonElement | null;
  setUnread(count: number): void;
  setOpen(open: boolean): void;
  tell(event: string, detail?: unknown): void;
  table(lang: string): Promise<unknown>;
  config_in(lang: string, cache?: RequestCache): Promise<Config | null>;
}

export interface Panel {
  open(): void;
  close(): void;
  isOpen(): boolean;
  setLanguage(lang: string): void;
  reset(): void;
}

export type Mount = (place: Place) => Panel;

export interface Api {
  open(): void;
  close(): void;
  toggle(): void;
  setLanguage(lang: string): void;
  reset(): void;
  on(event: string, call: (detail: unknown) => void): void;
  _panel(mount: Mount): void;
  _texts(lang: string, table: unknown): void;
}

declare global {
  interface Window {
    Servery?: Api | { q?: unknown[][] };
  }
}
