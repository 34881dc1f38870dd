// A group of things that belong together, with a heading.
import type { ReactNode } from 'react';
import classes from './Card.module.css';

export interface CardProps {
  title?: string;
  aside?: ReactNode;
  level?: 2 | 3;
  children: ReactNode;
}

export function Card({ title, aside, level = 2, children }: CardProps) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section className={classes.card}>
      {(title || aside) && (
        <header className={classes.head}>
          {title && <Heading className={classes.title}>{title}</Heading>}
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}
