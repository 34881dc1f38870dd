// The answers of the start wizard: kept in the browser until the project exists, so that one can
// leave and come back. The server keeps nothing of them.
export type Answers = Record<string, unknown>;

const kept = 'servery.wizard';

export function keptAnswers(): { answers: Answers; at: number } {
  try {
    const read = JSON.parse(localStorage.getItem(kept) ?? '') as { answers?: Answers; at?: number };
    return { answers: read.answers ?? {}, at: read.at ?? 0 };
  } catch {
    return { answers: {}, at: 0 };
  }
}

export function keepAnswers(answers: Answers, at: number): void {
  localStorage.setItem(kept, JSON.stringify({ answers, at }));
}

export function forgetAnswers(): void {
  localStorage.removeItem(kept);
}

// "today.volume" in {today: {volume: …}}.
export function valueAt(answers: Answers, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as Answers)[part] : undefined), answers);
}

// A new object with the value at the path; undefined takes it out, so that its default counts.
export function withValue(answers: Answers, path: string, value: unknown): Answers {
  const [head = '', ...rest] = path.split('.');
  const next = { ...answers };
  if (rest.length === 0) {
    if (value === undefined) delete next[head];
    else next[head] = value;
    return next;
  }
  const inner = typeof next[head] === 'object' && next[head] !== null ? (next[head] as Answers) : {};
  const changed = withValue(inner, rest.join('.'), value);
  if (Object.keys(changed).length === 0) delete next[head];
  else next[head] = changed;
  return next;
}

// A name as an id of a project: small letters, digits and hyphens.
export function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}
