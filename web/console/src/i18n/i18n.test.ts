import { beforeEach, describe, expect, it } from 'vitest';
import { formatAge, formatNumber, setLanguage, t, words } from '.';

describe('texts', () => {
  beforeEach(() => setLanguage('en'));

  it('take the plural form of the language', async () => {
    expect(t('home.minutes', { count: 1 })).toBe('about 1 minute');
    expect(t('home.minutes', { count: 3 })).toBe('about 3 minutes');
    await setLanguage('de');
    expect(t('home.minutes', { count: 1 })).toBe('etwa 1 Minute');
  });
  it('leave an unknown parameter standing, so that the fault is seen', () => {
    expect(t('shell.exposure', {})).toContain('{percent}');
  });
  it('have nothing to say about an id of the server that they do not know', () => {
    expect(words('error.no.such.id')).toBeUndefined();
  });
  it('write numbers as the language does', async () => {
    await setLanguage('de');
    expect(formatNumber(1234.5)).toBe('1.234,5');
  });
  it('tell ages in the largest whole unit', () => {
    const now = Date.parse('2026-11-28T12:00:00Z');
    expect(formatAge('2026-11-28T11:57:00Z', now)).toContain('3');
    expect(formatAge('2026-11-26T12:00:00Z', now)).toContain('2');
  });
});
