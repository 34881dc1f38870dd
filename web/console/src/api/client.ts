// Every call to the server goes through here: typed by the contract (schema.gen.d.ts, made from
// src/api/openapi.yaml), and a refusal becomes a Fault that the screen can word.
import createClient, { type Middleware } from 'openapi-fetch';
import { Fault, offlineFault } from './fault';
import { proveAgain } from './step_up';
import type { paths } from './schema.gen';

const refusals: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined;
    throw await Fault.read(response);
  },
  onError() {
    return offlineFault();
  },
};

// Same origin, cookie session; the browser's Origin header is what the server checks on writes.
export const api = createClient<paths>({
  baseUrl: '',
  credentials: 'same-origin',
  fetch: proveAgain,
});
api.use(refusals);

// The answer of a call, in the shape a screen has declared for it. The contract says "an object";
// what is in it stands in the shapes of the screen that shows it.
export async function answer<Shape>(call: Promise<{ data?: unknown }>): Promise<Shape> {
  return (await call).data as Shape;
}

// A list, page by page, up to `most` items.
export async function whole<Item>(
  page: (cursor: string | undefined) => Promise<{ data?: unknown }>,
  most = 1000,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const got = await answer<{ items: Item[]; next: string | null }>(page(cursor));
    items.push(...got.items);
    cursor = got.next ?? undefined;
  } while (cursor !== undefined && items.length < most);
  return items;
}
