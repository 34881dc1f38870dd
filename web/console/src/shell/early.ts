// What the first screen needs is asked for at once, and not one after the other: its own code, who is
// signed in, and how the projects stand. React draws with them as soon as they are there.
import type { QueryClient } from '@tanstack/react-query';
import { sessionQuery, standingsQuery } from '@/api/session';
import { screens } from '@/screens';
import type { Screen } from '@/screens/screen';

// The screen of a path below /console; `:name` stands for any one part of it.
export function screenOf(path: string): Screen | undefined {
  const parts = path.replace(/\/$/, '').split('/');
  const fits = (pattern: string) => {
    const own = pattern.replace(/\/$/, '').split('/');
    return own.length === parts.length && own.every((part, i) => part.startsWith(':') || part === parts[i]);
  };
  return screens.find((one) => fits(one.path));
}

export function askEarly(client: QueryClient): void {
  const screen = screenOf(window.location.pathname.replace(/^\/console/, ''));
  void screen?.load().catch(() => undefined); // the screen itself asks again, and says what failed
  if (screen?.free) return;
  void client.prefetchQuery(sessionQuery);
  void client.prefetchQuery(standingsQuery);
}
