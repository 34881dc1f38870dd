// The road from sandbox to production, and where the project stands on it.
import { formatNumber, t, type TextKey } from '@/i18n';
import type { ProjectStanding } from '@/api/session';
import { Icon } from '@/parts/Icon';
import classes from './Home.module.css';

const phases = ['sandbox', 'pilot', 'rollout', 'production'] as const;

export function Road({ standing }: { standing: ProjectStanding }) {
  const at = phases.indexOf(standing.phase as (typeof phases)[number]);
  return (
    <ol className={classes.road} aria-label={t('home.road')}>
      {phases.map((phase, row) => {
        const state = row < at ? 'done' : row === at ? 'here' : 'ahead';
        return (
          <li
            key={phase}
            className={classes.phase}
            data-state={state}
            aria-current={state === 'here' ? 'step' : undefined}
          >
            {state === 'done' && <Icon name="check" size={14} />}
            {t(`phase.${phase}` as TextKey)}
            {state === 'here' && Boolean(standing.percent) && (
              <span className={classes.percent}>
                {t('shell.exposure', { percent: formatNumber(standing.percent ?? 0) })}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
