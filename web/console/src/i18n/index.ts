// Texts in the reader's language. A text is a key of locales/en/*.json; German stands in
// locales/de/*.json under the same keys. `{name}` is replaced; a text that depends on a number is
// an object of plural forms ({"one": …, "other": …}) chosen by `count`.
import { useSyncExternalStore } from 'react';
import { keptLanguage, languageHere, languages, type Language } from './choice';
import { english, type TextKey } from './english';

export { languages, type Language, type TextKey };

export type Plural = { one?: string; other: string };
export type Catalogue = Record<string, string | Plural>;
export type Params = Record<string, string | number>;

let language: Language = 'en';
let catalogue: Catalogue = english;
let region = 'en'; // for dates and numbers: the browser's own region where it speaks the language
const listeners = new Set<() => void>();

const chosenHere = typeof localStorage === 'undefined' ? null : localStorage.getItem(keptLanguage);

export async function setLanguage(next: Language): Promise<void> {
  catalogue = next === 'de' ? (await import('./german')).german : english;
  language = next;
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
  localStorage.setItem(keptLanguage, next);
  return setLanguage(next);
}

export function startLanguage(): Promise<void> {
  return setLanguage(languageHere());
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
  const rules = once('plural', () => new Intl.PluralRules(language));
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

// A formatter of the browser takes milliseconds to make, the first of each kind tens of them: each is
// made once, and not at all for what looks the same in every language.
const made = new Map<string, unknown>();
function once<Made>(kind: string, make: () => Made): Made {
  const key = `${kind} ${region} ${language}`;
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as Made;
}

export function formatNumber(value: number, options?: Intl.NumberFormatOptions): string {
  if (!options && Number.isInteger(value) && value >= 0 && value < 1000) return String(value);
  return once(`number ${JSON.stringify(options)}`, () => new Intl.NumberFormat(region, options)).format(value);
}

export function formatShare(value: number, digits = 0): string {
  return formatNumber(value, { style: 'percent', maximumFractionDigits: digits });
}

export function formatMoney(value: string | number, currency: string): string {
  return formatNumber(Number(value), { style: 'currency', currency });
}

export function formatDate(value: string | Date): string {
  return once('date', () => new Intl.DateTimeFormat(region, { dateStyle: 'medium' })).format(new Date(value));
}

export function formatTime(value: string | Date): string {
  return once('time', () => new Intl.DateTimeFormat(region, { timeStyle: 'short' })).format(new Date(value));
}

export function formatMoment(value: string | Date): string {
  return once('moment', () => new Intl.DateTimeFormat(region, { dateStyle: 'medium', timeStyle: 'short' })).format(
    new Date(value),
  );
}

// "3 min ago", "in 2 days". What has been is worded by the catalogue: such ages stand in every row of
// the inbox, and the browser's own formatter is slow to begin.
export function formatAge(value: string | Date, now = Date.now()): string {
  const seconds = Math.round((new Date(value).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return t('age.now');
  const [unit, length] = size < 3600 ? (['minute', 60] as const) : size < 86_400 ? (['hour', 3600] as const) : (['day', 86_400] as const);
  const count = Math.round(seconds / length);
  if (count < 0) return t(`age.${unit}s`, { count: -count });
  return once('age', () => new Intl.RelativeTimeFormat(region, { numeric: 'auto', style: 'short' })).format(count, unit);
}

export function languageName(code: string): string {
  return words(`language.${code}`) ?? once('language', () => new Intl.DisplayNames([language], { type: 'language' })).of(code) ?? code;
}
