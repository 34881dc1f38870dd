import { useId, type ReactNode } from 'react';
import classes from './panel.module.css';

// A part of a screen under its own heading. `aside` stands at the right of the heading.
export function Panel({
  title,
  aside,
  lead,
  children,
  flush = false,
}: {
  title: ReactNode;
  aside?: ReactNode;
  lead?: ReactNode;
  children: ReactNode;
  // The content reaches the edges, as tables and lists of rows do.
  flush?: boolean;
}) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id} data-flush={flush || undefined}>
      <div className={classes.panelHead}>
        <h2 id={id} className={classes.panelTitle}>
          {title}
        </h2>
        {aside && <div className={classes.aside}>{aside}</div>}
      </div>
      {lead && <p className={classes.panelLead}>{lead}</p>}
      {children}
    </section>
  );
}
