import { describe, expect, it } from 'vitest';
import { visitorName } from './visitor_name';

describe('the name of a visitor', () => {
  it('is the code with the word of the language', () => {
    expect(visitorName('Visitor 3F0A')).toBe('Visitor 3F0A');
    expect(visitorName('Visitor')).toBe('Visitor');
  });
  it('is left as it is where the visitor has told it', () => {
    expect(visitorName('Anna Berg')).toBe('Anna Berg');
  });
});
