// The three lamps out of the board's numbers. Green only when every member is measured and holds;
// what is not measured is grey, never green.
import type { Tone } from '@/theme/theme';
import type { BoardNumber } from './queries';

export const lampNames = ['value', 'responsibility', 'money'] as const;
export type LampName = (typeof lampNames)[number];

const members: Record<LampName, string[]> = {
  value: ['answered_right', 'handed_over', 'unanswered', 'waiting'],
  responsibility: ['satisfied', 'flags', 'available'],
  money: ['cost'],
};

export interface LampState {
  tone: Tone;
  why: 'good' | 'bad' | 'open' | 'unmeasured' | 'no_target';
  about?: string; // key of the number that decides
}

export function lampOf(name: LampName, numbers: BoardNumber[]): LampState {
  const mine = numbers.filter((one) => members[name].includes(one.key));
  const bad = mine.find((one) => one.verdict === 'bad');
  if (bad) return { tone: 'bad', why: 'bad', about: bad.key };
  const unmeasured = mine.find((one) => one.value === null);
  if (mine.length === 0 || unmeasured)
    return { tone: 'unknown', why: 'unmeasured', about: unmeasured?.key };
  const open = mine.find((one) => one.verdict === 'open');
  if (open) return { tone: 'unknown', why: 'open', about: open.key };
  const free = mine.find((one) => one.verdict === 'none');
  if (free) return { tone: 'info', why: 'no_target', about: free.key };
  return { tone: 'good', why: 'good' };
}
