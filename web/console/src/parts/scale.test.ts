import { describe, expect, it } from 'vitest';
import { scaleOf } from './scale';

describe('the scale of an interval', () => {
  it('holds every value that is shown', () => {
    for (const seen of [[0.02, 0, 0.05], [0.95, 0.91, 0.98], [0.5, 0.2, 0.9], [0.71, 0.7, 1]]) {
      const { min, max } = scaleOf(seen, 0.9, true);
      for (const v of [...seen, 0.9]) {
        expect(v).toBeGreaterThanOrEqual(min);
        expect(v).toBeLessThanOrEqual(max);
      }
    }
  });
  it('enlarges shares close to the ends', () => {
    expect(scaleOf([0.01, 0, 0.03], 0.02, true).max).toBeLessThan(0.1);
    expect(scaleOf([0.98, 0.96, 0.99], 0.97, true).min).toBeGreaterThan(0.8);
  });
  it('leaves room above the target of a duration', () => {
    expect(scaleOf([30], 60, false)).toEqual({ min: 0, max: 90 });
  });
  it('is the whole scale where nothing is known', () => {
    expect(scaleOf([null], null, true)).toEqual({ min: 0, max: 1 });
  });
});
