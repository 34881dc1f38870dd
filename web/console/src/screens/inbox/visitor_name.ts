// The server calls a visitor by a short code ("Visitor 3F0A"); the word is the reader's.
import { t } from '@/i18n';

export function visitorName(given: string): string {
  const [, code] = /^Visitor ?(.*)$/.exec(given) ?? [];
  return code === undefined ? given : t('desk.visitor', { code }).trim();
}
