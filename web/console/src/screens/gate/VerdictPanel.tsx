import { formatAge, formatNumber, t } from '@/i18n';
import { Mark } from '@/parts/Mark';
import { toneOf } from '@/parts/status';
import type { Condition, GateRun } from './gate_queries';
import { conditionLabel, needsWords, stateWord } from './gate_words';
import classes from './gate.module.css';

const order = ['pass', 'waived', 'not_enough_data', 'expired', 'fail'];

function headline(run: GateRun, behind: boolean, open: number): string {
  if (behind) return t('gate.signed');
  if (run.verdict === 'ready') return t('gate.ready');
  return t('gate.not_yet', { count: open, all: run.conditions.length });
}

function explanation(run: GateRun, behind: boolean, open: Condition[]): string {
  const first = open[0];
  if (behind) return first ? t('gate.signed.broken', { count: open.length }) : t('gate.signed.text');
  if (run.verdict === 'ready') return t('gate.ready.text');
  return first ? t('gate.not_yet.first', { condition: conditionLabel(first), state: stateWord(first.state) }) : '';
}

// The verdict in one sentence, how many conditions stand where, and what is first in the way; for a
// gate that lies behind, that it has been signed.
export function VerdictPanel({ run, behind }: { run: GateRun; behind: boolean }) {
  const counts = new Map<string, number>();
  for (const c of run.conditions) counts.set(c.state, (counts.get(c.state) ?? 0) + 1);
  const ready = run.verdict === 'ready';
  const open = run.conditions.filter((c) => c.state !== 'pass' && c.state !== 'waived');
  const first = open[0];
  const failing = (counts.get('fail') ?? 0) > 0;
  const tone = ready ? 'good' : behind ? 'attention' : failing ? 'bad' : 'unknown';
  return (
    <section className={classes.verdict} data-tone={tone} aria-live="polite">
      <Mark tone={tone} large>
        {headline(run, behind, open.length)}
      </Mark>
      <p className={classes.verdictText}>
        {explanation(run, behind, open)} {first && !behind && needsWords(first)}
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
