// A state, always as colour, icon and word.
import type { Tone } from '@/theme/theme';
import { Icon, type IconName } from './Icon';
import classes from './Status.module.css';

const icons: Record<Tone, IconName> = {
  good: 'check',
  attention: 'warning',
  bad: 'cross',
  unknown: 'question',
  info: 'info',
};

export function Status({ tone, word, icon }: { tone: Tone; word: string; icon?: IconName }) {
  return (
    <span className={classes.status} data-tone={tone}>
      <Icon name={icon ?? icons[tone]} size={14} />
      {word}
    </span>
  );
}

export function toneColour(tone: Tone): string {
  return `var(--tone-${tone})`;
}
