// What the dialogs ask, and what they send.
import { h } from "./dom";
import type { Session } from "./session";
import { field, type SheetContent } from "./sheet";
import type { Words } from "./words";

export function reportSheet(session: Session, seq: number, words: Words): SheetContent {
  const text = h("textarea", { rows: 3, maxlength: 1000, dir: "auto" });
  return {
    title: words.t("report_title"),
    body: [field("report-text", words.t("report_hint"), text)],
    submit: words.t("report_send"),
    act: async () => {
      await session.report(seq, text.value.trim());
      return words.t("reported");
    },
  };
}

const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function contactSheet(session: Session, draft: string, words: Words): SheetContent {
  const email = h("input", { type: "email", autocomplete: "email", inputmode: "email", required: true });
  const name = h("input", { type: "text", autocomplete: "name", maxlength: 100 });
  const text = h("textarea", { rows: 3, maxlength: 2000, dir: "auto" });
  text.value = draft;
  return {
    title: words.t("contact_title"),
    body: [
      h("p", { class: "quiet" }, words.t("contact_offer")),
      field("contact-email", words.t("contact_email"), email),
      field("contact-name", words.t("contact_name"), name),
      field("contact-text", words.t("contact_text"), text),
    ],
    submit: words.t("contact_send"),
    check: () => (address.test(email.value.trim()) ? "" : words.t("contact_bad")),
    act: async () => {
      await session.contact(email.value.trim(), name.value.trim(), text.value.trim());
      return words.t("contact_done", { email: email.value.trim() });
    },
  };
}

export function eraseSheet(erase: () => Promise<void>, words: Words): SheetContent {
  return {
    title: words.t("erase_title"),
    body: [h("p", {}, words.t("erase_text"))],
    submit: words.t("erase_yes"),
    danger: true,
    act: async () => {
      await erase();
      return words.t("erased");
    },
  };
}
