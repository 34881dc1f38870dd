import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patiently } from './patience';

const busy = (after?: string) =>
  new Response('{}', { status: 429, headers: after === undefined ? {} : { 'retry-after': after } });
const post = () => new Request('http://house.test/api/v1/x', { method: 'POST', body: '{"a":1}' });

describe('a call that the server put off', () => {
  const sent: { at: number; body: string }[] = [];
  let answers: Response[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    sent.length = 0;
    vi.stubGlobal('fetch', async (request: Request) => {
      sent.push({ at: Date.now(), body: await request.text() });
      return answers.shift()!;
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  const outcome = async () => {
    const done = patiently(post());
    await vi.runAllTimersAsync();
    return (await done).status;
  };

  it('is sent again with the same body, not before the time that was named', async () => {
    answers = [busy('2'), new Response('{}')];
    expect(await outcome()).toBe(200);
    expect(sent.map((s) => s.body)).toEqual(['{"a":1}', '{"a":1}']);
    expect(sent[1]!.at - sent[0]!.at).toBeGreaterThanOrEqual(2000);
  });
  it('is given up after a few times', async () => {
    answers = Array.from({ length: 9 }, () => busy('1'));
    expect(await outcome()).toBe(429);
    expect(sent).toHaveLength(5);
  });
  it('is shown at once where the wait is long or not named', async () => {
    answers = [busy('60'), busy()];
    expect(await outcome()).toBe(429);
    expect(await outcome()).toBe(429);
    expect(sent).toHaveLength(2);
  });
});
