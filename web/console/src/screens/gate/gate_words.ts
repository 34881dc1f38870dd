// How a gate and its conditions are worded. What holds is the server's; this only says it.
import { currentLanguage, formatDate, formatNumber, formatShare, t, words } from '@/i18n';
import type { Condition, GateRow, SignatureRow } from './gate_queries';

export function gateTitle(gate: string): string {
  return words(`gate.title.${gate}`) ?? t('gate.title.stage', { stage: gate.replace(/^S:/, '') });
}

export function gateShort(gate: string): string {
  return words(`gate.short.${gate}`) ?? t('gate.title.stage', { stage: gate.replace(/^S:/, '') });
}

const phases = ['sandbox', 'pilot', 'rollout', 'production'];

// In the order of the way up: each phase's gate, then the stages inside that phase.
export function inOrder(rows: GateRow[]): GateRow[] {
  const place = (row: GateRow) => phases.indexOf(row.phase ?? '') * 2 + (row.gate.startsWith('S:') ? 1 : 0);
  return [...rows].sort((a, b) => place(a) - place(b));
}

// Whether the gate of a phase has been signed and lies behind: the project stands in that phase or
// above it. It can be ahead again, for a new variant or after a step back; an override leaves it unsigned.
export function isBehind(row: GateRow, phase: string | null | undefined, signatures: SignatureRow[]): boolean {
  if (row.ahead || row.gate.startsWith('S:') || !phase || !row.phase) return false;
  const signed = signatures.some((one) => one.what === `gate/${row.gate}` && !one.revoked);
  return signed && phases.indexOf(row.phase) <= phases.indexOf(phase);
}

export function stateWord(state: string): string {
  return words(`gate.state.${state}`) ?? state;
}

// "G1/metric/accuracy" → ["metric", "accuracy"].
function partsOf(c: Condition): string[] {
  return c.id.split('/').slice(1);
}

export function conditionLabel(c: Condition): string {
  const [kind = '', name = ''] = partsOf(c);
  if (kind === 'drill') return t('gate.label.drill', { cause: words(`gate.cause.${name}`) ?? name });
  if (kind === 'rollout' && name === 'dwell')
    return t('gate.label.dwell', { stage: /stage (\S+)/.exec(c.label)?.[1] ?? '' });
  return words(`gate.label.${kind}.${name}`) ?? c.label;
}

export function formatValue(value: number, unit: string): string {
  if (unit === 'share') return formatShare(value, value > 0.1 && value < 0.9 ? 0 : 1);
  if (unit === 's' || unit === 'seconds') return t('parts.seconds', { n: formatNumber(value, { maximumFractionDigits: 1 }) });
  if (unit === 'h') return t('parts.hours', { n: formatNumber(value, { maximumFractionDigits: 1 }) });
  if (unit === 'check') return value ? t('parts.yes') : t('parts.no');
  const number = formatNumber(value, { maximumFractionDigits: 2 });
  return unit === 'count' || unit === '' ? number : `${number} ${unit}`;
}

// The target with its number, or the server's words where it has none.
export function targetWords(c: Condition): string {
  if (c.target_value != null && c.better) {
    const value = formatValue(c.target_value, c.unit || 'share');
    return c.better === 'higher' ? t('gate.target.least', { value }) : t('gate.target.most', { value });
  }
  const [kind = '', , last = ''] = partsOf(c);
  return (
    words(`gate.target.${kind}.${last}`) ??
    words(`gate.target.${kind}`) ??
    c.target.replace('>=', '≥').replace('<=', '≤').replace('==', '=')
  );
}

// Value and interval in one line: "92 % (84 % to 97 %)".
export function valueWords(c: Condition): string | undefined {
  if (c.value == null || c.unit === 'check') return undefined;
  const value = formatValue(c.value, c.unit);
  if (!c.interval) return value;
  return t('parts.value.range', {
    value,
    lower: formatValue(c.interval.lower, c.unit),
    upper: formatValue(c.interval.upper, c.unit),
  });
}

// Why it stands as it does. English has the server's own sentence; other languages are worded from
// the state, because the sentence is written for logs too.
export function whyWords(c: Condition): string {
  const [kind = '', , last = ''] = partsOf(c);
  if (currentLanguage() === 'en' && kind !== 'activity') return c.why ? sentence(c.why) : stateWord(c.state);
  const at = kind === 'risk' && (last === 'answer' || last === 'signature') ? `risk_${last}` : kind;
  return words(`gate.why.${at}.${c.state}`) ?? words(`gate.why.${c.state}`) ?? sentence(c.why);
}

export function needsWords(c: Condition): string | undefined {
  const needs = c.needs;
  if (!needs) return undefined;
  const date = needs.date_p80 ?? needs.date;
  if (needs.n_more != null && needs.n_more > 0)
    return date
      ? t('gate.needs.more_by', { count: needs.n_more, date: formatDate(date) })
      : t('gate.needs.more', { count: needs.n_more });
  if (date) return t('gate.needs.date', { date: formatDate(date) });
  return currentLanguage() === 'en' && needs.words ? sentence(needs.words) : undefined;
}

// What to do, by kind; English has the server's own words.
export function fixWords(c: Condition): string | undefined {
  if (c.state === 'pass' || c.state === 'waived') return undefined;
  if (currentLanguage() === 'en') return c.fix ? sentence(c.fix) : undefined;
  const [kind = '', , last = ''] = partsOf(c);
  const at = kind === 'risk' && (last === 'answer' || last === 'signature') ? `risk_${last}` : kind;
  return words(`gate.fix.${at}.${c.state}`) ?? words(`gate.fix.${at}`) ?? words(`gate.fix.${c.state}`);
}

export function whyAsked(c: Condition): string | undefined {
  const [kind = '', name = ''] = partsOf(c);
  return words(`gate.asked.${kind}.${name}`) ?? words(`gate.asked.${kind}`);
}

export function sentence(text: string): string {
  return text === '' ? '' : text.charAt(0).toUpperCase() + text.slice(1);
}
