// The words of the chosen language; English stands in for what a language lacks.
import { en, type TextKey, type Texts } from "../texts/en";
import { fill } from "./dom";

export class Words {
  private table: Texts = en;

  use(table: unknown): void {
    this.table = { ...en, ...(table as Partial<Texts> | undefined) };
  }

  get lang(): string {
    return this.table.lang;
  }

  t(key: TextKey, values?: Record<string, string | number>): string {
    return values ? fill(this.table[key], values) : this.table[key];
  }

  // What went wrong, for the person in front of it.
  error(id: string, wait = 0): string {
    if (id.startsWith("wait ")) return this.t("error_limit", { n: id.slice(5) });
    if (id.startsWith("limit.")) return this.t("error_limit", { n: wait || 20 });
    if (id === "network" || id === "stream_ended") return this.t("error_network");
    if (id === "request.invalid_field" || id === "http.body_too_large") return this.t("error_too_long");
    if (id === "desk.consent_needed") return this.t("error_consent");
    if (id.startsWith("key.")) return this.t("error_forbidden");
    if (id === "desk.widget.unknown" || id === "server.overloaded" || id === "server.not_ready")
      return this.t("error_gone");
    if (id === "desk.store_down" || id === "audit.store.down" || id === "store.down")
      return this.t("error_store");
    return this.t("error_other");
  }

  date(iso: string): string {
    const at = new Date(iso);
    if (Number.isNaN(at.getTime())) return iso;
    return new Intl.DateTimeFormat(this.lang, { dateStyle: "medium" }).format(at);
  }
}
