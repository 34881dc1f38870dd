import { useEffect, useRef, useState, type ReactNode } from 'react';
import { t } from '@/i18n';
import classes from './panel.module.css';

// A table that may be wider than its place. Where it is, the keyboard can reach and scroll it.
export function Scroll({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [wide, setWide] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = () => setWide(element.scrollWidth > element.clientWidth + 1);
    const watch = new ResizeObserver(look);
    watch.observe(element);
    if (element.firstElementChild) watch.observe(element.firstElementChild);
    return () => watch.disconnect();
  }, []);
  return (
    <div
      ref={box}
      className={classes.scroll}
      {...(wide ? { tabIndex: 0, role: 'group', 'aria-label': t('parts.scroll') } : {})}
    >
      {children}
    </div>
  );
}
