import { formatShare, t, words } from '@/i18n';
import { Mark } from '@/parts/Mark';
import { Panel } from '@/parts/Panel';
import type { Tone } from '@/theme/theme';
import type { ValueCase } from './value_queries';
import classes from './value.module.css';

const tones: Record<string, Tone> = { go: 'good', stop: 'bad', pivot: 'attention', pass: 'good' };

// The rule on one line: stop below, go above, and where the probability stands now.
export function StopRule({ of }: { of: NonNullable<ValueCase['stop_rule']> }) {
  const p = of.p_positive ?? 0;
  const stop = of.stop_below ?? 0;
  const go = of.go_above ?? 1;
  const said = t('value.stop.now', { p: formatShare(p), stop: formatShare(stop), go: formatShare(go) });
  return (
    <Panel
      title={t('value.stop')}
      aside={of.signed_by ? t('value.stop.signed', { who: of.signed_by }) : t('value.stop.unsigned')}
      lead={t('value.stop.lead')}
    >
      <Mark tone={tones[of.verdict ?? ''] ?? 'unknown'} large>
        {words(`value.verdict.${of.verdict ?? ''}`) ?? of.verdict}
      </Mark>
      <svg className={classes.rule} role="img" aria-label={said}>
        <rect x="0" y="8" width={`${stop * 100}%`} height="8" className={classes.stopZone} />
        <rect x={`${stop * 100}%`} y="8" width={`${(go - stop) * 100}%`} height="8" className={classes.pivotZone} />
        <rect x={`${go * 100}%`} y="8" width={`${(1 - go) * 100}%`} height="8" className={classes.goZone} />
        <circle cx={`${Math.min(98.5, Math.max(1.5, p * 100))}%`} cy="12" r="7" className={classes.here} />
      </svg>
      <p className={classes.small}>{said}</p>
    </Panel>
  );
}
