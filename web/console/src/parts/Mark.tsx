import type { ReactNode } from 'react';
import type { Tone } from '@/theme/theme';
import { StatusIcon } from './StatusIcon';
import classes from './parts.module.css';

// A state at the head of a row or a verdict: icon and word in its tone, without a ground.
export function Mark({ tone, children, large = false }: { tone: Tone; children: ReactNode; large?: boolean }) {
  return (
    <span className={classes.lamp} data-tone={tone} data-large={large || undefined}>
      <StatusIcon tone={tone} size={large ? 24 : 16} />
      <span>{children}</span>
    </span>
  );
}
