// How the numbers of the board are worded. Units, targets and verdicts are the server's.
import { currentLanguage, formatMoney, formatNumber, formatShare, t, words } from '@/i18n';
import type { BoardNumber } from './monitor_queries';

export function numberTitle(key: string, title: string): string {
  return words(`monitor.number.${key}`) ?? title;
}

export function numberValue(n: BoardNumber, value: number | null = n.value): string {
  if (value == null) return t('monitor.no_data');
  if (n.unit === 'share') return formatShare(value, value < 0.1 || value > 0.9 ? 1 : 0);
  if (n.unit === 's')
    return value < 90
      ? t('parts.seconds', { n: formatNumber(value, { maximumFractionDigits: 1 }) })
      : t('parts.minutes', { n: formatNumber(value / 60, { maximumFractionDigits: 1 }) });
  if (n.unit === 'money') {
    const currency = typeof n.detail.currency === 'string' ? n.detail.currency : 'EUR';
    return value === 0 ? formatMoney(0, currency) : formatNumber(value, { style: 'currency', currency, maximumFractionDigits: 4 });
  }
  return formatNumber(value, { maximumFractionDigits: 2 });
}

export function verdictWord(verdict: string): string {
  return words(`monitor.verdict.${verdict}`) ?? verdict;
}

// English has the server's own sentence; other languages are worded from the numbers in it.
export function numberSentence(n: BoardNumber): string {
  if (currentLanguage() === 'en') return n.words.charAt(0).toUpperCase() + n.words.slice(1);
  if (n.value == null) return words(`monitor.why_not.${n.why_not}`) ?? t('monitor.no_data');
  if (n.lower != null && n.upper != null)
    return t('monitor.range', { lower: formatShare(n.lower), upper: formatShare(n.upper) });
  return '';
}

export function targetText(n: BoardNumber): string | undefined {
  if (n.target == null) return undefined;
  const value = numberValue(n, n.target);
  return n.direction === 'le' ? t('monitor.target.le', { value }) : t('monitor.target.ge', { value });
}
