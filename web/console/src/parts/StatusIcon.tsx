import type { Tone } from '@/theme/theme';
import classes from './parts.module.css';

// One shape a tone, so that a state can be read without seeing its colour.
const paths: Record<Tone, string> = {
  good: 'M4.8 8.3 7 10.5 11.3 5.8',
  bad: 'M5.4 5.4 10.6 10.6M10.6 5.4 5.4 10.6',
  unknown: 'M8 4.8V8l2.2 1.5',
  attention: 'M8 4.6v3.9M8 11.1v.2',
  info: 'M8 7.5v3.7M8 4.8v.2',
};

export function StatusIcon({ tone, size = 16 }: { tone: Tone; size?: number }) {
  return (
    <svg
      className={classes.icon}
      data-tone={tone}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      <circle cx="8" cy="8" r="7" className={classes.iconDisc} />
      <path d={paths[tone]} className={classes.iconMark} />
    </svg>
  );
}
