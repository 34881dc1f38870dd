import { formatNumber } from '@/i18n';

// Whole units: a forecast to the cent would claim more than it knows.
export function amount(value: number, currency: string): string {
  return formatNumber(value === 0 ? 0 : value, { style: 'currency', currency, maximumFractionDigits: 0 });
}

export function amountOf(value: string | null | undefined, currency: string): string {
  return value == null ? '–' : amount(Number(value), currency);
}
