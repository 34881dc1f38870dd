import { describe, expect, it } from 'vitest';
import { slugOf, valueAt, withValue } from './answers';

describe('answers of the wizard', () => {
  it('stand at their path', () => {
    const answers = withValue(withValue({}, 'today.volume', [1, 2, 3]), 'use', 'faq_support');
    expect(answers).toEqual({ today: { volume: [1, 2, 3] }, use: 'faq_support' });
    expect(valueAt(answers, 'today.volume')).toEqual([1, 2, 3]);
    expect(valueAt(answers, 'today.minutes')).toBeUndefined();
  });
  it('leave nothing behind when they are taken out, so that the default counts', () => {
    expect(withValue({ today: { volume: [1, 2, 3] }, use: 'custom' }, 'today.volume', undefined)).toEqual({ use: 'custom' });
  });
  it('do not change what was there', () => {
    const before = { who: { audience: 'staff' } };
    withValue(before, 'who.audience', 'customers');
    expect(before).toEqual({ who: { audience: 'staff' } });
  });
  it('make an id of a name', () => {
    expect(slugOf(' Gästehaus „Zur Linde“ ')).toBe('gastehaus-zur-linde');
  });
});
