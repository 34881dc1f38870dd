// One request to the visitor's routes. The key and the visitor stand in headers, never in a URL;
// cookies are left out.

export class Fault extends Error {
  constructor(
    readonly id: string,
    readonly status: number,
    readonly wait: number,
  ) {
    super(id);
  }
}

export class Transport {
  visitor: string | null = null;

  constructor(
    private readonly base: string, // …/widget/v1/wgt_…
    private key: string,
    private readonly newKey: () => Promise<string | null>,
  ) {}

  headers(accept: string): Record<string, string> {
    const out: Record<string, string> = { accept, authorization: `Bearer ${this.key}` };
    if (this.visitor) out["x-servery-visitor"] = this.visitor;
    return out;
  }

  open(path: string, accept: string, signal: AbortSignal): Promise<Response> {
    return fetch(this.base + path, {
      headers: this.headers(accept),
      credentials: "omit",
      cache: "no-store",
      signal,
    });
  }

  // A key that was replaced since the page was loaded is asked for once.
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    try {
      return await this.once<T>(method, path, body);
    } catch (fault) {
      if (!(fault instanceof Fault) || !fault.id.startsWith("key.")) throw fault;
      const key = await this.newKey();
      if (!key || key === this.key) throw fault;
      this.key = key;
      return this.once<T>(method, path, body);
    }
  }

  private async once<T>(method: string, path: string, body?: unknown): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(this.base + path, {
        method,
        headers: {
          ...this.headers("application/json"),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        credentials: "omit",
        cache: "no-store",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      });
    } catch {
      throw new Fault("network", 0, 0);
    }
    if (!answer.ok) throw await faultOf(answer);
    return (answer.status === 204 ? {} : await answer.json()) as T;
  }
}

export async function faultOf(answer: Response): Promise<Fault> {
  const wait = Number(answer.headers.get("retry-after") ?? 0) || 0;
  try {
    const body = (await answer.json()) as { error?: { id?: string } };
    return new Fault(body.error?.id ?? "other", answer.status, wait);
  } catch {
    return new Fault("other", answer.status, wait);
  }
}
