import { useEffect, useRef, useState } from 'react';

// A menu that takes the place of the plain button which was pressed: its own button has the focus
// before it opens, so that it gets the focus back.
export function useOpenMenu() {
  const target = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    target.current?.focus();
    setOpened(true);
  }, []);
  return { target, props: { opened, onChange: setOpened } };
}
