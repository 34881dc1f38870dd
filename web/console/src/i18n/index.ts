// Texts in the reader's language. A text is a key of locales/en/*.json; German stands in
// locales/de/*.json under the same keys. `{name}` is replaced; a text that depends on a number is
// an object of plural forms ({"one": …, "other": …}) chosen by `count`.
import { useSyncExternalStore } from 'react';
import { english, type TextKey } from './english';

export type { TextKey };
export type Language = 'en' | 'de';
export const languages: readonly Language[] = ['en', 'de'];

export type Plural = { one?: string; other: string };
export type Catalogue = Record<string, string | Plural>;
export type Params = Record<string, string | number>;

const stored = 'servery.language';
let language: Language = 'en';
let catalogue: Catalogue = english;
let rules = new Intl.PluralRules('en');
let region = 'en'; // for dates and numbers: the browser's own region where it speaks the language
const listeners = new Set<() => void>();

const chosenHere = typeof localStorage === 'undefined' ? null : localStorage.getItem(stored);

function first(): Language {
  const kept = localStorage.getItem(stored);
  if (kept === 'en' || kept === 'de') return kept;
  return navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en';
}

export async function setLanguage(next: Language): Promise<void> {
  catalogue = next === 'de' ? (await import('./german')).german : english;
  language = next;
  rules = new Intl.PluralRules(next);
  region = navigator.languages.find((one) => one.toLowerCase().startsWith(next)) ?? next;
  document.documentElement.lang = next;
  listeners.forEach((tell) => tell());
}

// The language a person has chosen elsewhere, where this browser was never told one.
export function adoptLanguage(chosen: string | null | undefined): void {
  const known = languages.find((one) => one === chosen);
  if (known && chosenHere === null && known !== language) void setLanguage(known);
}

// A choice of the person in front: kept in this browser.
export function chooseLanguage(next: Language): Promise<void> {
  localStorage.setItem(stored, next);
  return setLanguage(next);
}

export function startLanguage(): Promise<void> {
  return setLanguage(first());
}

export function currentLanguage(): Language {
  return language;
}

function fill(text: string, params?: Params): string {
  if (!params) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? formatNumber(value) : value;
  });
}

function form(entry: string | Plural, params?: Params): string {
  if (typeof entry === 'string') return entry;
  const count = Number(params?.count ?? 0);
  return (rules.select(count) === 'one' ? entry.one : undefined) ?? entry.other;
}

export function t(key: TextKey, params?: Params): string {
  const entry = catalogue[key] ?? (english as Catalogue)[key];
  return entry === undefined ? key : fill(form(entry, params), params);
}

// For ids of the server (errors, states, reasons): the words if the console has some, else nothing.
export function words(key: string, params?: Params): string | undefined {
  const entry = catalogue[key];
  return entry === undefined ? undefined : fill(form(entry, params), params);
}

// Draws the component again when the language changes.
export function useLanguage(): Language {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => language,
  );
}

export function formatNumber(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(region, options).format(value);
}

export function formatShare(value: number, digits = 0): string {
  return formatNumber(value, { style: 'percent', maximumFractionDigits: digits });
}

export function formatMoney(value: string | number, currency: string): string {
  return formatNumber(Number(value), { style: 'currency', currency });
}

export function formatDate(value: string | Date): string {
  return new Intl.DateTimeFormat(region, { dateStyle: 'medium' }).format(new Date(value));
}

export function formatTime(value: string | Date): string {
  return new Intl.DateTimeFormat(region, { timeStyle: 'short' }).format(new Date(value));
}

export function formatMoment(value: string | Date): string {
  return new Intl.DateTimeFormat(region, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(value),
  );
}

// "3 min ago", "in 2 days".
export function formatAge(value: string | Date, now = Date.now()): string {
  const seconds = Math.round((new Date(value).getTime() - now) / 1000);
  const format = new Intl.RelativeTimeFormat(region, { numeric: 'auto', style: 'short' });
  const size = Math.abs(seconds);
  if (size < 60) return format.format(0, 'minute');
  if (size < 3600) return format.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return format.format(Math.round(seconds / 3600), 'hour');
  return format.format(Math.round(seconds / 86_400), 'day');
}

export function languageName(code: string): string {
  return new Intl.DisplayNames([language], { type: 'language' }).of(code) ?? code;
}
