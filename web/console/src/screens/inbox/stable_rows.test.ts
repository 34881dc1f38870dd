import { describe, expect, it } from 'vitest';
import type { ConversationRow } from '@/api/desk';
import { settle, withOpen } from './stable_rows';

const row = (id: string, first_line = ''): ConversationRow => ({ id, first_line }) as ConversationRow;
const ids = (rows: ConversationRow[]) => rows.map((one) => one.id).join('');

describe('the list of conversations', () => {
  it('keeps its order while somebody points at it, and counts what is new', () => {
    const next = settle([row('a'), row('b')], [row('c'), row('b'), row('a')], true, undefined);
    expect(ids(next.rows)).toBe('ab');
    expect(next.fresh).toBe(1);
  });
  it('keeps a row that has left the view in its place while somebody points at it', () => {
    expect(ids(settle([row('a'), row('b')], [row('b')], true, undefined).rows)).toBe('ab');
  });
  it('shows what has changed in a row at once', () => {
    const next = settle([row('a', 'old')], [row('a', 'new')], true, undefined);
    expect(next.rows[0]?.first_line).toBe('new');
  });
  it('takes the order of the server when nobody is there', () => {
    expect(ids(settle([row('a'), row('b')], [row('c'), row('b')], false, undefined).rows)).toBe('cb');
  });
  it('never loses the open conversation', () => {
    expect(ids(settle([row('a'), row('b')], [row('b')], false, 'a').rows)).toBe('ab');
  });
  it('says of the open conversation what is known of it by now', () => {
    const at = (id: string, changed_at: string) => ({ id, changed_at }) as ConversationRow;
    const rows = [at('a', '2026-01-01T00:00:01Z'), at('b', '2026-01-01T00:00:05Z')];
    expect(withOpen(rows, at('a', '2026-01-01T00:00:03Z'))[0]?.changed_at).toContain('03Z');
    expect(withOpen(rows, at('b', '2026-01-01T00:00:03Z'))[1]?.changed_at).toContain('05Z');
    expect(withOpen(rows, undefined)).toBe(rows);
  });
});
