import { describe, expect, it } from 'vitest';
import type { Counts } from '@/api/desk';
import { nextStep } from './NextStep';
import type { GateRow } from './queries';

const counts = (given: Partial<Counts>): Counts => ({
  needs_you: 0,
  drafts: 0,
  ai_answering: 0,
  waiting: 0,
  snoozed: 0,
  closed: 0,
  ...given,
});
const gate = (verdict: string | null, open = 4): GateRow => ({ gate: 'G1', ahead: true, verdict, open });

describe('the next thing', () => {
  it('is a visitor who waits, before anything else', () => {
    const step = nextStep(counts({ needs_you: 2, drafts: 5 }), [gate('ready')], true);
    expect(step).toMatchObject({ text: 'home.next.answer', path: '/desk' });
  });
  it('is a draft, then the gate ahead', () => {
    expect(nextStep(counts({ drafts: 1 }), [gate('ready')], true)?.text).toBe('home.next.drafts');
    expect(nextStep(counts({}), [gate('ready')], true)?.text).toBe('home.next.sign');
    expect(nextStep(counts({}), [gate('not_yet')], true)).toMatchObject({
      text: 'home.next.gate',
      params: { gate: 'G1', count: 4 },
    });
  });
  it('is the plan while there is none', () => {
    expect(nextStep(counts({}), [], false)?.path).toBe('/plan/start');
  });
  it('is nothing when no gate is ahead and nobody waits', () => {
    expect(nextStep(counts({}), [], true)).toBeNull();
  });
});
