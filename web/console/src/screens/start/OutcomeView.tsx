import { Button, Group, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { api } from '@/api/client';
import { usePlace } from '@/api/session';
import { formatDate, formatNumber, formatShare, t, words } from '@/i18n';
import { proseWords } from '@/i18n/prose';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import { useAct } from '@/parts/useAct';
import type { Tone } from '@/theme/theme';
import { amountOf } from '../value/money_words';
import { forgetAnswers, slugOf, valueAt, withValue, type Answers } from './answers';
import { outcome, type Outcome } from './start_queries';
import classes from './start.module.css';

interface Finding {
  id: string;
  level: string;
  path: string;
  what: string;
  why: string;
  fix: string;
}

const tones: Record<string, Tone> = { blocker: 'bad', warning: 'attention', advice: 'info' };

// What the answers come to: the date, the money, the findings; and making the project.
export function OutcomeView({
  answers,
  change,
  back,
  goTo,
}: {
  answers: Answers;
  change: (next: Answers) => void;
  back: () => void;
  goTo: (question: string) => void;
}) {
  const query = useQuery(outcome(answers));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <h2 className={classes.questionText} tabIndex={-1} ref={heading}>
        {t('start.outcome')}
      </h2>
      {query.isError && (
        <Group gap="xs">
          {query.error instanceof Error && (
            <Button variant="default" onClick={() => goTo('use')}>
              {t('start.to_first')}
            </Button>
          )}
        </Group>
      )}
      <Loaded query={query} lines={8}>
        {(made) => (
          <>
            <Headline of={made} />
            <Gates of={made} />
            <Money of={made} />
            <Findings of={made} />
            <Create made={made} answers={answers} change={change} back={back} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Headline({ of }: { of: Outcome }) {
  return (
    <Panel title={t('start.headline')}>
      <p className={classes.headline}>{proseWords(of.headline)}</p>
      {of.notes.length > 0 && (
        <>
          <h3 className={classes.subhead}>{t('start.notes')}</h3>
          <ul className={classes.list}>
            {of.notes.map((note) => (
              <li key={note}>{proseWords(note)}</li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function Gates({ of }: { of: Outcome }) {
  if (of.reachability.gates.length === 0) return null;
  return (
    <Panel title={t('start.gates')} lead={t('start.gates.lead')} flush>
      <Scroll>
        <table className={panel.table}>
          <thead>
            <tr>
              <th scope="col">{t('start.gates.gate')}</th>
              <th scope="col">{t('start.gates.likely')}</th>
              <th scope="col">{t('start.gates.date80')}</th>
              <th scope="col">{t('start.gates.state')}</th>
              <th scope="col">{t('start.gates.limited')}</th>
            </tr>
          </thead>
          <tbody>
            {of.reachability.gates.map((gate) => (
              <tr key={gate.gate}>
                <th scope="row">{words(`gate.short.${gate.gate}`) ?? gate.gate}</th>
                <td>{gate.date50 ? formatDate(gate.date50) : '–'}</td>
                <td>{gate.date80 ? formatDate(gate.date80) : '–'}</td>
                <td>
                  <Status
                    tone={gate.decidable ? 'good' : 'attention'}
                    word={gate.decidable ? t('start.gates.yes') : t('start.gates.no')}
                  />
                </td>
                <td className={panel.small}>
                  {words(`start.limited.${gate.limited_by}`) ?? words(`metric.${gate.limited_by}`) ?? gate.limited_by}
                  {gate.proposals.map((one) => (
                    <div key={one}>{one}</div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

function Money({ of }: { of: Outcome }) {
  const money = of.forecast;
  const currency = money.currency ?? 'EUR';
  return (
    <Panel title={t('start.money')} lead={t('start.money.lead', { months: money.horizon_months ?? 24 })}>
      <dl className={classes.figures}>
        <div>
          <dt>{t('start.money.worth')}</dt>
          <dd>
            {money.npv ? amountOf(money.npv.p50, currency) : t('start.unknown')}
            {money.npv && (
              <span className={classes.small}>
                {t('start.money.range', { low: amountOf(money.npv.p10, currency), high: amountOf(money.npv.p90, currency) })}
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('start.money.positive')}</dt>
          <dd>{money.npv?.p_positive == null ? t('start.unknown') : formatShare(money.npv.p_positive)}</dd>
        </div>
        <div>
          <dt>{t('start.money.month')}</dt>
          <dd>{money.month ? amountOf(money.month.capacity, currency) : t('start.unknown')}</dd>
        </div>
        <div>
          <dt>{t('start.money.payback')}</dt>
          <dd>{money.payback_months == null ? t('start.unknown') : t('value.months.count', { count: money.payback_months })}</dd>
        </div>
      </dl>
      {(money.phases ?? []).length > 0 && (
        <Scroll>
          <table className={panel.table}>
            <thead>
              <tr>
                <th scope="col">{t('value.phases.phase')}</th>
                <th scope="col" className={panel.number}>
                  {t('start.money.months')}
                </th>
                <th scope="col" className={panel.number}>
                  {t('value.phases.hours')}
                </th>
                <th scope="col" className={panel.number}>
                  {t('value.phases.cash')}
                </th>
                <th scope="col" className={panel.number}>
                  {t('value.phases.budget')}
                </th>
              </tr>
            </thead>
            <tbody>
              {(money.phases ?? []).map((phase) => (
                <tr key={phase.phase}>
                  <th scope="row">{words(`phase.${phase.phase ?? ''}`) ?? phase.phase}</th>
                  <td className={panel.number}>{formatNumber(phase.months ?? 0, { maximumFractionDigits: 1 })}</td>
                  <td className={panel.number}>{formatNumber(phase.hours ?? 0, { maximumFractionDigits: 0 })}</td>
                  <td className={panel.number}>{amountOf(phase.cash, currency)}</td>
                  <td className={panel.number}>{amountOf(phase.budget, currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {(money.incomplete ?? []).length > 0 && (
        <p className={classes.small}>{t('value.incomplete.text', { names: (money.incomplete ?? []).join(', ') })}</p>
      )}
    </Panel>
  );
}

function Findings({ of }: { of: Outcome }) {
  const all = of.findings as unknown as Finding[];
  return (
    <Panel
      title={t('start.findings')}
      lead={t('start.findings.lead')}
      aside={t('start.score', { score: formatNumber(of.score) })}
    >
      {all.length === 0 ? (
        <Status tone="good" word={t('start.findings.none')} />
      ) : (
        <ul className={panel.rows}>
          {all.map((one) => (
            <li key={one.id + one.path} className={panel.row}>
              <Status tone={tones[one.level] ?? 'info'} word={words(`start.level.${one.level}`) ?? one.level} />
              <div>
                <strong>{one.what}</strong>
                <div className={classes.small}>
                  {one.why} {one.fix && `→ ${one.fix}`}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Create({
  made,
  answers,
  change,
  back,
}: {
  made: Outcome;
  answers: Answers;
  change: (next: Answers) => void;
  back: () => void;
}) {
  const { choose } = usePlace();
  const client = useQueryClient();
  const [, go] = useLocation();
  const title = String(valueAt(answers, 'title') ?? '');
  const id = String(valueAt(answers, 'id') ?? '') || slugOf(title);
  const create = useAct(
    async () => {
      await api.POST('/api/v1/projects', { body: { id, title, plan: made.plan } as never });
      const text = valueAt(answers, 'knowledge.text');
      if (typeof text === 'string' && text.trim() !== '')
        await api.POST('/api/v1/projects/{project}/knowledge/imports', {
          params: { path: { project: id } },
          body: { name: 'wizard.txt', kind: 'paste', content: text } as never,
        });
      await client.invalidateQueries({ queryKey: ['session'] });
      await client.invalidateQueries({ queryKey: ['standings'] });
    },
    {
      changes: [],
      done: () => {
        forgetAnswers();
        choose(id);
        go('/plan/gate');
      },
    },
  );
  return (
    <Panel title={t('start.create')} lead={made.next.words}>
      <form
        className={classes.create}
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(undefined);
        }}
      >
        <TextInput
          label={t('start.create.title')}
          value={title}
          onChange={(event) => change(withValue(answers, 'title', event.currentTarget.value || undefined))}
          required
        />
        <TextInput
          label={t('start.create.id')}
          description={t('start.create.id.help')}
          value={id}
          onChange={(event) => change(withValue(answers, 'id', slugOf(event.currentTarget.value) || undefined))}
          required
        />
        {create.isError && <ErrorState error={create.error} />}
        <Group gap="xs">
          <Button variant="default" onClick={back}>
            {t('start.back')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={title.trim() === '' || id === ''}>
            {t('start.create.act')}
          </Button>
        </Group>
      </form>
    </Panel>
  );
}
