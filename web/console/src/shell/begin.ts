// The code of the first screen is asked for at once, beside the first answers, and not after them.
import type { QueryClient } from '@tanstack/react-query';
import { sessionQuery, standingsQuery } from '@/api/session';
import { byName, screens } from '@/screens';
import type { Screen } from '@/screens/screen';

// The screen of a path below /console; `:name` stands for any one part of it, `:name?` also for none.
export function screenOf(path: string): Screen | undefined {
  const parts = path.replace(/\/$/, '').split('/');
  const fits = (pattern: string) => {
    const own = pattern.replace(/\/$/, '').split('/');
    const least = own.filter((part) => !part.endsWith('?')).length;
    if (parts.length < least || parts.length > own.length) return false;
    return parts.every((part, i) => own[i]!.startsWith(':') || part === own[i]);
  };
  return byName(screens).find((one) => fits(one.path));
}

export function begin(client: QueryClient): void {
  const screen = screenOf(window.location.pathname.replace(/^\/console/, ''));
  void screen?.load?.().catch(() => undefined); // the screen itself asks again, and says what failed
  if (screen?.free) return;
  void client.prefetchQuery(sessionQuery);
  void client.prefetchQuery(standingsQuery);
}
