// What this browser keeps, and only after the visitor began: the visitor's id, whether the panel is
// open in this tab, and a text that was not sent. A browser that refuses storage keeps it in memory.

export class Memory {
  private allowed = false;
  private open = false;

  constructor(
    private readonly widget: string,
    private readonly remember: boolean,
  ) {}

  private key(name: string): string {
    return `servery.${this.widget}.${name}`;
  }

  private read(from: "localStorage" | "sessionStorage", name: string): string | null {
    try {
      return window[from].getItem(this.key(name));
    } catch {
      return null;
    }
  }

  private write(to: "localStorage" | "sessionStorage", name: string, value: string | null): void {
    try {
      if (value === null) window[to].removeItem(this.key(name));
      else window[to].setItem(this.key(name), value);
    } catch {
      // A full or forbidden storage: the chat works without.
    }
  }

  private get place(): "localStorage" | "sessionStorage" {
    return this.remember ? "localStorage" : "sessionStorage";
  }

  visitor(): string | null {
    const id = this.read("localStorage", "visitor") ?? this.read("sessionStorage", "visitor");
    if (id) this.allowed = true;
    return id;
  }

  // From here on things may be kept.
  begin(visitor: string): void {
    this.allowed = true;
    this.write(this.place, "visitor", visitor);
    this.setOpen(this.open);
  }

  setOpen(open: boolean): void {
    this.open = open;
    if (this.allowed) this.write("sessionStorage", "open", open ? "1" : null);
  }

  draft(): string {
    return this.read("sessionStorage", "draft") ?? "";
  }

  setDraft(text: string): void {
    if (this.allowed) this.write("sessionStorage", "draft", text || null);
  }

  sound(): boolean {
    return this.read("localStorage", "sound") === "1";
  }

  setSound(on: boolean): void {
    if (this.allowed) this.write("localStorage", "sound", on ? "1" : null);
  }

  forget(): void {
    for (const name of ["visitor", "open", "draft", "sound"]) {
      this.write("localStorage", name, null);
      this.write("sessionStorage", name, null);
    }
    this.allowed = false;
  }
}
