import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gather } from './gather';

describe('what became old', () => {
  const fetched: string[] = [];
  let gatherer = gather(() => undefined);
  beforeEach(() => {
    vi.useFakeTimers();
    fetched.length = 0;
    gatherer = gather((key) => fetched.push(key.join('/')));
  });
  afterEach(() => {
    gatherer.stop();
    vi.useRealTimers();
  });

  it('is fetched once for a burst of events, each key by itself', () => {
    for (let i = 0; i < 50; i++) {
      gatherer.add(['gates', 'house']);
      gatherer.add(['standings']);
    }
    expect(fetched).toEqual([]);
    vi.advanceTimersByTime(150);
    expect(fetched).toEqual(['gates/house', 'standings']);
    vi.advanceTimersByTime(10_000);
    expect(fetched).toHaveLength(2);
  });
  it('is fetched again for what happened after the fetch', () => {
    gatherer.add(['standings']);
    vi.advanceTimersByTime(150);
    gatherer.add(['standings']);
    vi.advanceTimersByTime(500);
    expect(fetched).toEqual(['standings', 'standings']);
  });
  it('is fetched about three times a second while events never end', () => {
    for (let ms = 0; ms < 10_000; ms += 10) {
      gatherer.add(['gates', 'house']);
      vi.advanceTimersByTime(10);
    }
    expect(fetched.length).toBeGreaterThanOrEqual(28);
    expect(fetched.length).toBeLessThanOrEqual(34);
  });
  it('comes soon after a quiet time', () => {
    gatherer.add(['standings']);
    vi.advanceTimersByTime(5_000);
    gatherer.add(['standings']);
    vi.advanceTimersByTime(150);
    expect(fetched).toHaveLength(2);
  });
  it('is not fetched any more after the end', () => {
    gatherer.add(['standings']);
    gatherer.stop();
    vi.advanceTimersByTime(1_000);
    expect(fetched).toEqual([]);
  });
});
