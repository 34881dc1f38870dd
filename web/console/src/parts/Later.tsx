// What is not needed to begin: dialogs, menus, side panes. It is loaded when it is first opened, or in
// a quiet moment before that, and stays from then on, so that it can close in its own way.
import { lazy, Suspense, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { Fence } from '@/shell/Fence';

// Opens only once it is there: a dialog remembers what had the focus at the moment it opens.
function Arrived({ opened, children }: { opened: boolean; children: (opened: boolean) => ReactNode }) {
  const [there, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  return children(opened && there);
}

export function Later({ opened, children }: { opened: boolean; children: (opened: boolean) => ReactNode }) {
  const [wanted, setWanted] = useState(opened);
  if (opened && !wanted) setWanted(true);
  if (!wanted) return null;
  return (
    <Fence>
      <Suspense fallback={null}>
        <Arrived opened={opened}>{children}</Arrived>
      </Suspense>
    </Fence>
  );
}

type Pieces = typeof import('@/shell/later');

// One of the pieces that come together in the file of later things.
export function laterPiece<Name extends keyof Pieces>(name: Name) {
  const load = async () => ({ default: (await import('@/shell/later'))[name] as ComponentType<object> });
  return lazy(load) as unknown as Pieces[Name];
}

const afterwards = 1000; // ms that belong to the screen and to who came for it

// Runs once the screen stands and the browser has nothing else to do.
export function inQuiet(work: () => void): () => void {
  let call = 0;
  const idle = 'requestIdleCallback' in window;
  const timer = setTimeout(() => {
    if (idle) call = requestIdleCallback(work, { timeout: 2000 });
    else work();
  }, afterwards);
  return () => {
    clearTimeout(timer);
    if (idle) cancelIdleCallback(call);
  };
}
