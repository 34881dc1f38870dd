// Gathers what has become old. One act on the server is often a dozen events, and each names the same
// few keys: those of a moment are fetched once, and no key more often than the pace allows. What comes
// in between is not lost, only later.
const moment = 120; // ms that an event waits for others
const pace = 300; // ms from one fetch of a key to its next

export interface Gatherer {
  add(key: readonly string[]): void;
  stop(): void;
}

export function gather(fetchAnew: (key: string[]) => void): Gatherer {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const fetched = new Map<string, number>();
  return {
    add(key) {
      const word = JSON.stringify(key);
      if (waiting.has(word)) return;
      const now = Date.now();
      const next = (fetched.get(word) ?? -Infinity) + pace;
      const timer = setTimeout(
        () => {
          waiting.delete(word);
          fetched.set(word, Date.now());
          fetchAnew([...key]);
        },
        Math.min(Math.max(moment, next - now), pace),
      );
      waiting.set(word, timer);
    },
    stop() {
      waiting.forEach((timer) => clearTimeout(timer));
      waiting.clear();
    },
  };
}
