// Keys of the shell and how screens add theirs. Off inside fields and dialogs, and altogether when
// somebody has switched them off.
import { useEffect, useRef, type RefObject } from 'react';
import { useLocation } from 'wouter';
import { addressOf, screens } from '@/screens';

export const keptKeys = 'servery.keys'; // in localStorage: off where somebody has switched them off

export function keysAreOn(): boolean {
  return localStorage.getItem(keptKeys) !== 'off';
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

// Also the key that has just closed one.
function inDialog(target: EventTarget | null): boolean {
  return (
    document.querySelector('[role="dialog"]') !== null ||
    (target instanceof Element && target.closest('[role="dialog"]') !== null)
  );
}

export type Keys = Record<string, (event: KeyboardEvent) => void>;

// Plain keys for a screen, such as {j: next, k: previous, Enter: open}.
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!keysAreOn() || typing(event.target) || inDialog(event.target)) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

export function useShellKeys(open: { help: () => void; palette: () => void }): void {
  const [, go] = useLocation();
  const going = useRef(0); // when `g` was pressed
  const places = Object.fromEntries(
    screens.filter((one) => one.nav?.key).map((one) => [one.nav!.key!, addressOf(one)]),
  );
  const jumps: Keys = Object.fromEntries(
    Object.entries(places).map(([key, path]) => [
      key,
      () => {
        if (Date.now() - going.current < 1500) go(path);
        going.current = 0;
      },
    ]),
  );
  useJumps(jumps, going);
  useKeys({ '?': open.help, '/': open.palette });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      open.palette();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [open]);
}

// `g` and then a letter. Heard before the screens, so that the letter is not taken for one of theirs.
function useJumps(jumps: Keys, going: RefObject<number>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (!keysAreOn() || typing(event.target) || inDialog(event.target)) return;
      if (event.key === 'g') {
        going.current = Date.now();
      } else if (Date.now() - going.current < 1500 && jumps[event.key]) {
        event.preventDefault();
        event.stopImmediatePropagation();
        jumps[event.key]?.(event);
      }
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  });
}
