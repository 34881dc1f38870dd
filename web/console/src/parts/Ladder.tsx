import { formatNumber, t } from '@/i18n';
import { StatusIcon } from './StatusIcon';
import classes from './ladder.module.css';

export interface Rung {
  id: string;
  name: string;
  phase: string;
  // Whom it serves, in words.
  audience: string;
  // Null where no share of the public is served: a group of people.
  percent: number | null;
  // passed: served and left upwards. here: serves now. next: the one a pass opens. ahead: later.
  place: 'passed' | 'here' | 'next' | 'ahead';
  // What stands beside it: time served, when it can open.
  note?: string;
}

const places = { passed: 'good', here: 'info', next: 'unknown', ahead: 'unknown' } as const;

// The stages of a rollout from the bottom up, as rungs: who is served at each, and where it stands.
// The list is in reading order, lowest first; the picture stacks it upwards.
export function Ladder({ rungs, label }: { rungs: Rung[]; label: string }) {
  return (
    <ol className={classes.ladder} aria-label={label}>
      {rungs.map((rung) => (
        <li key={rung.id} className={classes.rung} data-place={rung.place} aria-current={rung.place === 'here' ? 'step' : undefined}>
          <span className={classes.mark}>
            {rung.place === 'here' ? (
              <span className={classes.dot} aria-hidden="true" />
            ) : rung.place === 'passed' ? (
              <StatusIcon tone={places[rung.place]} size={20} />
            ) : (
              <span className={classes.ring} aria-hidden="true" />
            )}
          </span>
          <div className={classes.words}>
            <p className={classes.name}>
              {rung.name}
              <span className={classes.phase}>{rung.phase}</span>
            </p>
            <p className={classes.audience}>{rung.audience}</p>
          </div>
          <div className={classes.share}>
            {rung.percent !== null && (
            <svg className={classes.bar} aria-hidden="true">
              <rect x="0" y="0" width="100%" height="8" rx="4" className={classes.track} />
              <rect x="0" y="0" width={`${Math.max(rung.percent, 0)}%`} height="8" rx="4" className={classes.fill} />
            </svg>
            )}
            {rung.percent !== null && (
            <span className={classes.percent}>{t('parts.percent', { n: formatNumber(rung.percent) })}</span>
            )}
          </div>
          <p className={classes.note}>
            {rung.place === 'here' && <strong>{t('parts.ladder.here')}</strong>}
            {rung.place === 'next' && <span>{t('parts.ladder.next')}</span>}
            {rung.note && <span>{rung.note}</span>}
          </p>
        </li>
      ))}
    </ol>
  );
}
