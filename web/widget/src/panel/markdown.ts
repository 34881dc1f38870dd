// The small part of Markdown that answers use, as nodes: paragraphs, line breaks, lists, **bold**,
// *italic*, `code`, [links](…) and bare addresses. What is not of this part stays the text it is.
import { h } from "./dom";

const schemes = new Set(["http:", "https:", "mailto:", "tel:"]);

// An address that may be opened, or null. Only absolute ones: a relative one would mean the page.
export function safeAddress(text: string): string | null {
  try {
    const url = new URL(text.trim());
    return schemes.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function link(address: string, text: string, hint: string): HTMLAnchorElement {
  const outside = address.startsWith("http");
  const props = { href: address, rel: "noopener noreferrer nofollow" };
  const made = h("a", outside ? { ...props, target: "_blank" } : props, text);
  if (outside) {
    // Where it leads, when the words do not say so.
    const { host } = new URL(address);
    if (!text.includes(host)) made.title = host;
    made.append(h("span", { class: "hidden" }, ` (${hint})`));
  }
  return made;
}

interface Rule {
  find: RegExp;
  make(found: RegExpExecArray, hint: string): Node | null;
}

// An address ends before the punctuation of its sentence.
const bare = /\b(?:https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/;

function fromBare(text: string, hint: string): Node | null {
  const address = safeAddress(text.startsWith("http") ? text : `mailto:${text}`);
  return address ? link(address, text, hint) : null;
}

const rules: Rule[] = [
  { find: /`([^`\n]+)`/, make: (m) => h("code", {}, m[1] ?? "") },
  {
    find: /\[([^\]\n]{1,300})\]\(([^()\s]{1,2000})\)/,
    make: (m, hint) => {
      const address = safeAddress(m[2] ?? "");
      return address ? link(address, m[1] ?? "", hint) : null;
    },
  },
  { find: bare, make: (m, hint) => fromBare(m[0], hint) },
  { find: /\*\*(?=\S)(.+?\S|\S)\*\*/, make: (m, hint) => h("strong", {}, ...inline(m[1] ?? "", hint)) },
  { find: /(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])/, make: (m, hint) => h("em", {}, ...inline(m[1] ?? "", hint)) },
];

// Iterates over the earliest match of any rule; depth is bounded by the length of the text.
export function inline(text: string, hint: string): Node[] {
  const out: Node[] = [];
  let rest = text;
  while (rest) {
    let first: { rule: Rule; found: RegExpExecArray } | null = null;
    for (const rule of rules) {
      const found = rule.find.exec(rest);
      if (found && (!first || found.index < first.found.index)) first = { rule, found };
    }
    if (!first) break;
    const { rule, found } = first;
    const end = found.index + found[0].length;
    const made = rule.make(found, hint);
    if (made) {
      if (found.index > 0) out.push(document.createTextNode(rest.slice(0, found.index)));
      out.push(made);
    } else {
      out.push(document.createTextNode(rest.slice(0, end)));
    }
    rest = rest.slice(end);
  }
  if (rest) out.push(document.createTextNode(rest));
  return out;
}

function paragraph(lines: string[], hint: string): HTMLElement {
  const p = h("p");
  lines.forEach((line, i) => {
    if (i > 0) p.append(h("br"));
    p.append(...inline(line, hint));
  });
  return p;
}

const bullet = /^\s*[-*•]\s+(.*)$/;
const numbered = /^\s*\d{1,3}[.)]\s+(.*)$/;

export function markdown(text: string, hint: string): Node[] {
  const out: Node[] = [];
  let lines: string[] = [];
  let list = null as HTMLElement | null;
  const flush = () => {
    if (lines.length) out.push(paragraph(lines, hint));
    lines = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const item = bullet.exec(line) ?? numbered.exec(line);
    if (item) {
      const kind = bullet.test(line) ? "ul" : "ol";
      flush();
      if (list?.localName !== kind) {
        list = h(kind);
        out.push(list);
      }
      list.append(h("li", {}, ...inline(item[1] ?? "", hint)));
      continue;
    }
    if (!line.trim()) {
      flush();
      list = null;
      continue;
    }
    list = null;
    lines.push(line.replace(/^#{1,6}\s+/, ""));
  }
  flush();
  return out;
}

// What people wrote: their line breaks and addresses, nothing else.
export function plain(text: string, hint: string): Node[] {
  const p = h("p");
  text.split(/\r?\n/).forEach((line, i) => {
    if (i > 0) p.append(h("br"));
    let rest = line;
    for (let m = bare.exec(rest); m; m = bare.exec(rest)) {
      const end = m.index + m[0].length;
      p.append(rest.slice(0, m.index), fromBare(m[0], hint) ?? m[0]);
      rest = rest.slice(end);
    }
    if (rest) p.append(rest);
  });
  return [p];
}
