// Some acts ask for the second factor once more. The refused call waits while a code is asked for,
// and is then sent again, once.
import { takeEarly } from '@/early';
import { patiently } from './patience';

type Ask = () => Promise<boolean>;

let ask: Ask | undefined;

// The shell says who asks; the answer takes it back.
export function onStepUp(by: Ask): () => void {
  ask = by;
  return () => {
    if (ask === by) ask = undefined;
  };
}

async function wantsCode(response: Response): Promise<boolean> {
  if (response.status !== 403 || !ask) return false;
  const body = (await response.clone().json().catch(() => null)) as { error?: { id?: string } } | null;
  return body?.error?.id === 'access.step_up';
}

// The server takes JSON only on writes, also where there is nothing to say.
function asJson(request: Request): Request {
  if (request.method === 'GET' || request.headers.has('content-type')) return request;
  const headers = new Headers(request.headers);
  headers.set('content-type', 'application/json');
  return new Request(request, { headers });
}

export async function proveAgain(given: Request): Promise<Response> {
  const request = asJson(given);
  const again = request.clone();
  const response = (await takeEarly(request)) ?? (await patiently(request));
  if (!(await wantsCode(response))) return response;
  return (await ask?.()) ? patiently(again) : response;
}
