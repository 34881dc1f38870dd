import { describe, expect, it } from 'vitest';
import { lampOf } from './lamps';
import type { BoardNumber } from './queries';

const number = (key: string, verdict: BoardNumber['verdict'], value: number | null = 0.9): BoardNumber => ({
  key,
  verdict,
  value,
  title: key,
  n: 1,
  lower: null,
  upper: null,
  interval: 'none',
  target: null,
  direction: 'ge',
  words: '',
  unit: 'share',
  why_not: '',
  trend: [],
  detail: {},
});

describe('a lamp', () => {
  it('is grey while one of its numbers is not measured, however good the others are', () => {
    const lamp = lampOf('responsibility', [number('satisfied', 'good'), number('flags', 'none', null)]);
    expect(lamp).toMatchObject({ tone: 'unknown', about: 'flags' });
  });
  it('is grey without any number', () => {
    expect(lampOf('money', []).tone).toBe('unknown');
  });
  it('is red as soon as one number misses its target', () => {
    const lamp = lampOf('value', [number('answered_right', 'bad'), number('waiting', 'none', null)]);
    expect(lamp).toMatchObject({ tone: 'bad', about: 'answered_right' });
  });
  it('is green only when every number holds', () => {
    expect(lampOf('money', [number('cost', 'good')]).tone).toBe('good');
    expect(lampOf('money', [number('cost', 'open')]).tone).toBe('unknown');
  });
});
