import { expect, it } from 'vitest';
import { screenOf } from './begin';

it('finds the screen of a path, a named one before one with parameters', () => {
  expect(screenOf('/')?.path).toBe('/');
  expect(screenOf('')?.path).toBe('/');
  expect(screenOf('/desk')?.path).toBe('/desk/:conversation?');
  expect(screenOf('/desk/review')?.path).toBe('/desk/review');
  expect(screenOf('/desk/cnv_1')?.path).toBe('/desk/:conversation?');
  expect(screenOf('/sign-in')?.free).toBe(true);
  expect(screenOf('/nowhere')).toBeUndefined();
});
