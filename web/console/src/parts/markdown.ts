// The subset of Markdown that answers may use: paragraphs, bold, italic, lists, and links to https,
// mailto and tel. What is not in the subset stays text. The server renders what visitors see; this
// only shows an author about what it will be.
export type Span =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'strong'; spans: Span[] }
  | { kind: 'emphasis'; spans: Span[] }
  | { kind: 'link'; url: string; spans: Span[] };

export type Block = { kind: 'paragraph'; spans: Span[] } | { kind: 'list'; ordered: boolean; items: Span[][] };

const bullet = /^\s*[-*+]\s+(.*)$/;
const number = /^\s*\d{1,3}[.)]\s+(.*)$/;
const marks = /\[([^\]]+)\]\((https:\/\/[^\s)]+|mailto:[^\s)]+|tel:[^\s)]+)\)|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|_([^_\s][^_]*)_/;

export function spansOf(text: string): Span[] {
  const out: Span[] = [];
  let rest = text;
  for (;;) {
    const found = marks.exec(rest);
    if (!found) break;
    if (found.index > 0) out.push({ kind: 'text', text: rest.slice(0, found.index) });
    const [whole, linkText, url, strong, star, underscore] = found;
    if (linkText !== undefined && url !== undefined) out.push({ kind: 'link', url, spans: spansOf(linkText) });
    else if (strong !== undefined) out.push({ kind: 'strong', spans: spansOf(strong) });
    else out.push({ kind: 'emphasis', spans: spansOf(star ?? underscore ?? '') });
    rest = rest.slice(found.index + whole.length);
  }
  if (rest !== '') out.push({ kind: 'text', text: rest });
  return out;
}

function lineSpans(lines: string[]): Span[] {
  return lines.flatMap((line, i) => (i === 0 ? spansOf(line) : [{ kind: 'break' } as Span, ...spansOf(line)]));
}

export function blocksOf(text: string): Block[] {
  const out: Block[] = [];
  let paragraph: string[] = [];
  const end = () => {
    if (paragraph.length > 0) out.push({ kind: 'paragraph', spans: lineSpans(paragraph) });
    paragraph = [];
  };
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    const item = bullet.exec(line) ?? number.exec(line);
    if (item) {
      end();
      const ordered = !bullet.test(line);
      const last = out[out.length - 1];
      if (last?.kind === 'list' && last.ordered === ordered) last.items.push(spansOf(item[1] ?? ''));
      else out.push({ kind: 'list', ordered, items: [spansOf(item[1] ?? '')] });
    } else if (line.trim() === '') {
      end();
    } else {
      paragraph.push(line);
    }
  }
  end();
  return out;
}
