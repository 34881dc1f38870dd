// Durations and dates as the server writes them, in the reader's form.
import { formatDate, formatNumber } from './index';

const units: Record<string, 'day' | 'hour' | 'minute' | 'week' | 'month'> = {
  d: 'day',
  h: 'hour',
  m: 'minute',
  w: 'week',
  mo: 'month',
};

// "14d" → "14 days"; what it cannot read it leaves as it is.
export function durationWords(text: string): string {
  const [, count, letter = ''] = /^(\d+)(d|h|m|w|mo)$/.exec(text) ?? [];
  const unit = units[letter];
  return unit ? formatNumber(Number(count), { style: 'unit', unit, unitDisplay: 'long' }) : text;
}

// A sentence of the server: "on 2027-01-29, after 2mo" → "on 29 Jan 2027, after 2 months".
export function proseWords(text: string): string {
  return text
    .replace(/\b\d{4}-\d{2}-\d{2}\b/g, (date) => formatDate(date))
    .replace(/\b\d+(?:mo|w|d)\b/g, durationWords);
}
