// One stream a browser: the tab that holds the lock reads /api/v1/events and tells the others. After
// a break the browser resumes by the last id; where the server has forgotten it, everything shown
// is fetched again.
import type { QueryClient } from '@tanstack/react-query';
import { gather, type Gatherer } from './gather';
import { keysOf, topics, type LiveEvent } from './topics';

type Message = { what: 'event'; event: LiveEvent } | { what: 'resync' } | { what: 'line'; up: boolean };

const names = Object.keys(topics).join(',');
const patience = 5000; // a break shorter than this is not worth a banner

let up = true;
const lineListeners = new Set<() => void>();

export function lineIsUp(): boolean {
  return up;
}
export function watchLine(tell: () => void): () => void {
  lineListeners.add(tell);
  return () => lineListeners.delete(tell);
}
function setLine(next: boolean): void {
  if (up === next) return;
  up = next;
  lineListeners.forEach((tell) => tell());
}

const everything: string[] = []; // the beginning of every key

function apply(old: Gatherer, message: Message): void {
  if (message.what === 'line') setLine(message.up);
  else if (message.what === 'resync') old.add(everything);
  else for (const key of keysOf(message.event)) old.add(key);
}

// The browser mends a broken connection by itself, with the last id; a refusal ends its source, and
// then a new one begins, of which nobody knows what it has missed.
function read(tell: (message: Message) => void): () => void {
  let source: EventSource;
  let broken: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const open = (anew: boolean) => {
    source = new EventSource(`/api/v1/events?topics=${names}`);
    source.onopen = () => {
      clearTimeout(broken);
      broken = undefined;
      tell({ what: 'line', up: true });
      if (anew) tell({ what: 'resync' });
    };
    source.onerror = () => {
      broken ??= setTimeout(() => tell({ what: 'line', up: false }), patience);
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(again);
      again = setTimeout(() => open(true), patience);
    };
    source.addEventListener('change', (event: MessageEvent<string>) =>
      tell({ what: 'event', event: JSON.parse(event.data) as LiveEvent }),
    );
    source.addEventListener('resync', () => tell({ what: 'resync' }));
  };
  open(false);
  return () => {
    clearTimeout(broken);
    clearTimeout(again);
    source.close();
  };
}

// Starts listening; the answer stops it.
export function follow(client: QueryClient): () => void {
  const old = gather((queryKey) => void client.invalidateQueries({ queryKey }));
  const channel = new BroadcastChannel('servery-live');
  channel.onmessage = (event: MessageEvent<Message>) => apply(old, event.data);
  const tell = (message: Message) => {
    apply(old, message);
    channel.postMessage(message);
  };
  const stopped = new AbortController();
  const lead = () =>
    new Promise<void>((done) => {
      const stop = read(tell);
      stopped.signal.addEventListener('abort', () => {
        stop();
        done();
      });
    });
  if (navigator.locks)
    navigator.locks
      .request('servery-live', { signal: stopped.signal }, lead)
      .catch(() => undefined); // given up before it was our turn
  else void lead();
  return () => {
    stopped.abort();
    channel.close();
    old.stop();
  };
}
