import { describe, expect, it } from 'vitest';
import type { Condition, SignatureRow } from './gate_queries';
import { formatValue, gateTitle, inOrder, isBehind, needsWords, targetWords, valueWords } from './gate_words';

const bare: Condition = {
  id: 'G2/metric/harm',
  kind: 'metric',
  group: 'works',
  label: 'Harmful answers',
  state: 'not_enough_data',
  value: null,
  unit: 'share',
  n: 0,
  interval: null,
  target: '<= 1 %',
  target_value: 0.01,
  better: 'lower',
  design: '',
  needs: null,
  ref: '',
  filter: '',
  as_of: null,
  age: null,
  expires: null,
  evidence: '',
  why: '',
  fix: '',
};

describe('a condition in words', () => {
  it('names the good side of its target', () => {
    expect(targetWords(bare)).toBe('at most 1%');
    expect(targetWords({ ...bare, better: 'higher', target_value: 0.8 })).toBe('at least 80%');
  });
  it('says nothing for what was not measured, and zero for a measured zero', () => {
    expect(valueWords(bare)).toBeUndefined();
    expect(valueWords({ ...bare, value: 0, interval: { lower: 0, upper: 0.031 } })).toBe('0% (0% to 3.1%)');
  });
  it('says how many more and by when, at the cautious date', () => {
    const needs = { n_more: 24, n_more_p80: 40, date: '2026-12-04', date_p80: '2026-12-09', words: '' };
    expect(needsWords({ ...bare, needs })).toMatch(/About 24 more observations needed, likely by .*9.*2026/);
    expect(needsWords({ ...bare, needs: { ...needs, n_more: 1, date: null, date_p80: null } })).toBe(
      'About 1 more observation needed',
    );
  });
  it('shows units as people write them', () => {
    expect(formatValue(2.5, 's')).toBe('2.5 s');
    expect(formatValue(3, 'count')).toBe('3');
  });
  it('calls a gate by what it opens', () => {
    expect(gateTitle('G1')).toBe('Sandbox to pilot');
    expect(gateTitle('S:p30')).toBe('Stage p30');
  });
});

describe('the gates of a plan', () => {
  const row = (gate: string, phase: string, ahead = false) => ({ gate, phase, ahead, verdict: 'ready' });
  it('stand in the order of the way up', () => {
    const rows = [
      row('G0', 'sandbox'),
      row('G1', 'pilot'),
      row('G2', 'rollout'),
      row('G3', 'production'),
      row('S:p10', 'pilot'),
      row('S:r60', 'rollout'),
    ];
    expect(inOrder(rows).map((one) => one.gate)).toEqual(['G0', 'G1', 'S:p10', 'G2', 'S:r60', 'G3']);
  });
  it('are behind once they are signed and their phase has begun, unless one is ahead again', () => {
    const signed = ['G0', 'G1'].map((gate) => ({ what: `gate/${gate}`, revoked: false }) as SignatureRow);
    const revoked = signed.map((one) => ({ ...one, revoked: true }));
    expect(isBehind(row('G1', 'pilot'), 'pilot', signed)).toBe(true);
    expect(isBehind(row('G0', 'sandbox'), 'production', signed)).toBe(true);
    expect(isBehind(row('G1', 'pilot', true), 'pilot', signed)).toBe(false);
    expect(isBehind(row('G1', 'pilot'), 'sandbox', signed)).toBe(false);
    expect(isBehind(row('G0', 'sandbox'), null, signed)).toBe(false);
    expect(isBehind(row('G2', 'rollout'), 'rollout', signed)).toBe(false); // by an override
    expect(isBehind(row('G1', 'pilot'), 'pilot', revoked)).toBe(false);
  });
});
