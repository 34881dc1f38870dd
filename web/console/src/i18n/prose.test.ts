import { describe, expect, it } from 'vitest';
import { durationWords, proseWords } from './prose';

describe('what the server writes for machines too', () => {
  it('is a duration in words', () => {
    expect(durationWords('2w')).toBe('2 weeks');
    expect(durationWords('1mo')).toBe('1 month');
    expect(durationWords('soon')).toBe('soon');
  });
  it('is a sentence with dates as people write them', () => {
    expect(proseWords('decidable on 2027-01-29, the pilot takes 2mo')).toMatch(
      /^decidable on .*29.*2027, the pilot takes 2 months$/,
    );
    expect(proseWords('30 % instead of 10 %')).toBe('30 % instead of 10 %');
  });
});
