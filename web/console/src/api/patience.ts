// A call that the server put off with 429 was not acted upon: it is sent again after the time the
// server named, a few times. A wait that a person would notice is theirs to decide, so a longer one
// is shown as what it is.
const most = 4; // times a call is sent again
const longest = 5_000; // ms
const spread = 250; // ms, so that what was put off together does not come back together

function waitOf(response: Response): number | undefined {
  if (response.status !== 429) return undefined;
  const named = response.headers.get('retry-after');
  const seconds = named === null ? NaN : Number(named);
  return seconds >= 0 && seconds * 1000 <= longest ? seconds * 1000 : undefined;
}

export async function patiently(given: Request): Promise<Response> {
  for (let left = most; ; left--) {
    const response = await fetch(given.clone());
    const wait = waitOf(response);
    if (left === 0 || wait === undefined) return response;
    await new Promise((done) => setTimeout(done, wait + Math.random() * spread));
  }
}
