// The ends of a scale on which a value, its interval and its target can be told apart: a share
// close to 0 or 1 is shown enlarged, because 98.2 % beside 97 % is no picture on a scale of 100.
export interface Scale {
  min: number;
  max: number;
}

export function scaleOf(seen: (number | null | undefined)[], target: number | null | undefined, share: boolean): Scale {
  const known = seen.filter((v): v is number => v != null);
  if (target != null) known.push(target);
  if (known.length === 0) return { min: 0, max: 1 };
  const low = Math.min(...known);
  const high = Math.max(...known);
  if (!share) return { min: Math.min(0, low), max: (target != null ? Math.max(high, target * 1.5) : high * 1.2) || 1 };
  if (low >= 0.7) return { min: Math.max(0, Math.floor((low - (1 - low) * 0.5) * 20) / 20), max: 1 };
  if (high <= 0.3) return { min: 0, max: Math.min(1, Math.max(0.02, Math.ceil(high * 1.5 * 50) / 50)) };
  return { min: 0, max: 1 };
}
