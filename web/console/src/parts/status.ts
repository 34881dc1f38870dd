// How a state is shown everywhere: one tone (colour and icon) and one word, never colour alone.
// The server decides the state; this only gives it a face.
import type { Tone } from '@/theme/theme';

const tones: Record<string, Tone> = {
  pass: 'good',
  fail: 'bad',
  not_enough_data: 'unknown',
  expired: 'attention',
  waived: 'info',
  PASS: 'good',
  FAIL: 'bad',
  WAIT: 'unknown',
  good: 'good',
  open: 'unknown',
  bad: 'bad',
  none: 'unknown',
};

export function toneOf(state: string | null | undefined): Tone {
  return (state ? tones[state] : undefined) ?? 'unknown';
}
