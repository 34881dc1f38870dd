import { formatAge, formatNumber, t } from '@/i18n';
import { Mark } from '@/parts/Mark';
import { toneOf } from '@/parts/status';
import type { GateRun } from './gate_queries';
import { conditionLabel, needsWords, stateWord } from './gate_words';
import classes from './gate.module.css';

const order = ['pass', 'waived', 'not_enough_data', 'expired', 'fail'];

// The verdict in one sentence, how many conditions stand where, and what is first in the way.
export function VerdictPanel({ run }: { run: GateRun }) {
  const counts = new Map<string, number>();
  for (const c of run.conditions) counts.set(c.state, (counts.get(c.state) ?? 0) + 1);
  const ready = run.verdict === 'ready';
  const open = run.conditions.filter((c) => c.state !== 'pass' && c.state !== 'waived');
  const first = open[0];
  const failing = (counts.get('fail') ?? 0) > 0;
  return (
    <section className={classes.verdict} data-tone={ready ? 'good' : failing ? 'bad' : 'unknown'} aria-live="polite">
      <Mark tone={ready ? 'good' : failing ? 'bad' : 'unknown'} large>
        {ready ? t('gate.ready') : t('gate.not_yet', { count: open.length, all: run.conditions.length })}
      </Mark>
      <p className={classes.verdictText}>
        {ready
          ? t('gate.ready.text')
          : first
            ? t('gate.not_yet.first', { condition: conditionLabel(first), state: stateWord(first.state) })
            : ''}{' '}
        {first && needsWords(first)}
      </p>
      <div className={classes.counts}>
        <div className={classes.stack} role="presentation">
          {order.map((state) =>
            counts.get(state) ? (
              <span
                key={state}
                className={classes.part}
                data-tone={toneOf(state)}
                style={{ flexGrow: counts.get(state) }}
              />
            ) : null,
          )}
        </div>
        <ul className={classes.legend}>
          {order.map((state) =>
            counts.get(state) ? (
              <li key={state}>
                <Mark tone={toneOf(state)}>
                  {formatNumber(counts.get(state) ?? 0)} {stateWord(state)}
                </Mark>
              </li>
            ) : null,
          )}
        </ul>
      </div>
      <p className={classes.small}>
        {t('gate.computed', { when: formatAge(run.at), revision: run.plan_revision })}
        {run.variant && ` · ${t('gate.variant', { variant: run.variant.slice(0, 12) })}`}
        {` · ${t('gate.hash', { hash: run.run_hash.slice(0, 12) })}`}
      </p>
    </section>
  );
}
