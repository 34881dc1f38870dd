import { t } from '@/i18n';
import { Status } from './Status';
import type { Tone } from '@/theme/theme';
import classes from './panel.module.css';

export interface Change {
  path: string;
  words: string;
  effect: 'loosens' | 'tightens' | 'neutral';
}

const tones: Record<Change['effect'], Tone> = {
  loosens: 'attention',
  tightens: 'good',
  neutral: 'info',
};

function effectWord(effect: Change['effect']): string {
  if (effect === 'loosens') return t('parts.diff.loosens');
  return effect === 'tightens' ? t('parts.diff.tightens') : t('parts.diff.neutral');
}

// Changes of a plan as sentences, each with what it does to what was promised.
export function DiffInWords({ changes }: { changes: Change[] }) {
  return (
    <ul className={classes.rows}>
      {changes.map((change) => (
        <li key={change.path} className={classes.row}>
          <Status tone={tones[change.effect]} word={effectWord(change.effect)} />
          <span>{change.words}</span>
        </li>
      ))}
    </ul>
  );
}
