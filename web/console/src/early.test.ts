import { afterEach, describe, expect, it, vi } from 'vitest';
import { askEarly, projectInFront, takeEarly } from './early';

const house = { id: 'house', title: 'House', roles: [], capabilities: ['desk.read'] };

function serve(session: unknown, status = 200) {
  const called: string[] = [];
  vi.stubGlobal('fetch', (given: string | Request) => {
    const address = new URL(typeof given === 'string' ? given : given.url, 'http://127.0.0.1');
    called.push(address.pathname + address.search);
    const body = address.pathname.endsWith('/session') ? session : { items: [], counts: {}, next: null };
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }));
  });
  return called;
}

const asks = (path: string, method = 'GET') => takeEarly(new Request(`http://127.0.0.1${path}`, { method }));
const list = '/api/v1/projects/house/desk/conversations?view=needs_you&limit=100';

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

describe('what is asked before the code is there', () => {
  it('is who is signed in, how the projects stand and what waits; each is given out once', async () => {
    const called = serve({ person: null, projects: [house] });
    await askEarly('/console/desk');
    expect(called).toEqual(['/api/v1/projects', '/api/v1/session', list]);
    expect(await (await asks('/api/v1/session'))?.json()).toEqual({ person: null, projects: [house] });
    expect((await asks(list))?.status).toBe(200);
    expect(await asks(list)).toBeUndefined();
  });
  it('answers nothing else, and no change', async () => {
    serve({ person: null, projects: [house] });
    await askEarly('/console/desk');
    expect(await asks('/api/v1/projects', 'POST')).toBeUndefined();
    expect(await asks('/api/v1/projects/house/plan')).toBeUndefined();
    expect((await asks('/api/v1/projects'))?.ok).toBe(true);
  });
  it('is asked again where it was refused', async () => {
    serve({}, 500);
    await askEarly('/console/desk');
    expect(await asks('/api/v1/session')).toBeUndefined();
  });
  it('is nothing before sign-in', async () => {
    const called = serve({});
    await askEarly('/console/sign-in');
    expect(called).toEqual([]);
  });
  it('is no list of conversations for somebody who may not see them', async () => {
    const called = serve({ person: null, projects: [{ ...house, capabilities: [] }] });
    await askEarly('/console/');
    expect(called).toEqual(['/api/v1/projects', '/api/v1/session']);
  });
});

it('puts the chosen project in front, else the first', () => {
  const other = { ...house, id: 'other' };
  expect(projectInFront([house, other], 'other')?.id).toBe('other');
  expect(projectInFront([house, other], 'gone')?.id).toBe('house');
  expect(projectInFront([], null)).toBeUndefined();
});
