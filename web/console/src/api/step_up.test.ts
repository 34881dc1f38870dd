import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onStepUp, proveAgain } from './step_up';

const refused = () =>
  new Response(JSON.stringify({ error: { id: 'access.step_up' } }), { status: 403 });
const post = () =>
  new Request('http://house.test/api/v1/keys', { method: 'POST', body: JSON.stringify({ name: 'k' }) });

describe('a call that needs a code', () => {
  const sent: string[] = [];
  let answers: Response[] = [];
  beforeEach(() => {
    sent.length = 0;
    vi.stubGlobal('fetch', async (request: Request) => {
      sent.push(await request.text());
      return answers.shift()!;
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('is sent again with the same body after the code', async () => {
    answers = [refused(), new Response('{}')];
    const done = onStepUp(async () => true);
    expect((await proveAgain(post())).status).toBe(200);
    expect(sent).toEqual(['{"name":"k"}', '{"name":"k"}']);
    done();
  });
  it('stays refused when nobody gives a code', async () => {
    answers = [refused()];
    const done = onStepUp(async () => false);
    expect((await proveAgain(post())).status).toBe(403);
    expect(sent).toHaveLength(1);
    done();
  });
  it('asks once only: a second refusal is shown', async () => {
    answers = [refused(), refused()];
    const done = onStepUp(async () => true);
    expect((await proveAgain(post())).status).toBe(403);
    done();
  });
});
