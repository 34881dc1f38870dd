// Which language this browser speaks, before any text is there.
export type Language = 'en' | 'de';
export const languages: readonly Language[] = ['en', 'de'];
export const keptLanguage = 'servery.language'; // in localStorage: what the person has chosen here

export function languageHere(): Language {
  const kept = localStorage.getItem(keptLanguage);
  if (kept === 'en' || kept === 'de') return kept;
  return navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en';
}
