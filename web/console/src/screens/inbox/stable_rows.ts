// The list does not move under the pointer: while somebody points at it or works in it, rows keep
// their places, ended ones stay, and new ones are only counted until they are asked for.
import { useState } from 'react';
import type { ConversationRow } from '@/api/desk';

export interface Stable {
  rows: ConversationRow[];
  fresh: number; // rows that wait to be shown
}

// The new order, given what is shown, what the server says, and whether somebody is there.
export function settle(
  shown: ConversationRow[],
  now: ConversationRow[],
  held: boolean,
  selected: string | undefined,
): Stable {
  const latest = new Map(now.map((row) => [row.id, row]));
  const kept = shown.find((row) => row.id === selected);
  if (!held) {
    // The one that is open stays, also when it has left the view.
    const rows = kept && !latest.has(kept.id) ? [kept, ...now] : now;
    return { rows, fresh: 0 };
  }
  const rows = shown.map((row) => latest.get(row.id) ?? row);
  const known = new Set(shown.map((row) => row.id));
  return { rows, fresh: now.filter((row) => !known.has(row.id)).length };
}

// The open conversation is fetched by itself; its row says what that one says, if it is newer.
export function withOpen(rows: ConversationRow[], open: ConversationRow | undefined): ConversationRow[] {
  if (!open) return rows;
  return rows.map((row) => (row.id === open.id && open.changed_at > row.changed_at ? open : row));
}

export function useStableRows(
  now: ConversationRow[],
  scope: string, // another view or search begins anew
  held: boolean,
  selected: string | undefined,
): Stable & { take: () => void } {
  const [shown, setShown] = useState<{ scope: string; rows: ConversationRow[] }>({
    scope,
    rows: now,
  });
  const anew = shown.scope !== scope || shown.rows.length === 0;
  const stable = settle(shown.rows, now, held && !anew, anew ? undefined : selected);
  const same =
    !anew &&
    stable.rows.length === shown.rows.length &&
    stable.rows.every((row, at) => row === shown.rows[at]);
  if (!same && (stable.rows.length > 0 || shown.rows.length > 0 || shown.scope !== scope))
    setShown({ scope, rows: stable.rows });
  return { ...stable, take: () => setShown({ scope, rows: now }) };
}
