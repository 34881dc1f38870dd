// The start of a project: twelve questions, each with a default, and at the end the plan, what is
// wrong with it, and the date on which the first gates can be decided.
import { Button, Group } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { usePlace, standingsQuery } from '@/api/session';
import { formatNumber, t } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { forgetAnswers, keepAnswers, keptAnswers, valueAt, withValue, type Answers } from './answers';
import { FieldInput } from './FieldInput';
import { OutcomeView } from './OutcomeView';
import { check, questions, type Question } from './start_queries';
import classes from './start.module.css';

export default function StartScreen() {
  const { session, project } = usePlace();
  const may = project.capabilities.includes('project.create') || session.organisation.includes('admin');
  const [begun, setBegun] = useState(() => Object.keys(keptAnswers().answers).length > 0);
  if (!may)
    return (
      <Page title={t('start.title')}>
        <EmptyState icon="plan" title={t('start.not_allowed')}>
          {t('start.not_allowed.text')}
        </EmptyState>
      </Page>
    );
  if (!begun) return <Choice begin={() => setBegun(true)} />;
  return <Wizard />;
}

// Own project or the demo: both are one click away.
function Choice({ begin }: { begin: () => void }) {
  const { choose } = usePlace();
  const standings = useQuery(standingsQuery);
  const demo = standings.data?.find((one) => (one as { demo?: boolean }).demo);
  return (
    <Page title={t('start.title')} lead={t('start.lead')}>
      <div className={classes.ways}>
        <Panel title={t('start.own')} lead={t('start.own.text')}>
          <Button size="md" onClick={begin}>
            {t('start.own.begin')}
          </Button>
        </Panel>
        {demo && (
          <Panel title={t('start.demo')} lead={t('start.demo.text')}>
            <Button size="md" variant="default" component={Link} href="/" onClick={() => choose(demo.id)}>
              {t('start.demo.open')}
            </Button>
          </Panel>
        )}
      </div>
    </Page>
  );
}

function Wizard() {
  const [{ answers, at }, setState] = useState(keptAnswers);
  const query = useQuery({ ...questions(answers), placeholderData: keepPreviousData });
  const put = (next: Answers, step: number) => {
    keepAnswers(next, step);
    setState({ answers: next, at: step });
  };
  const restart = () => {
    forgetAnswers();
    setState({ answers: {}, at: 0 });
  };
  return (
    <Page
      title={t('start.title')}
      lead={t('start.wizard.lead')}
      actions={
        <Button variant="subtle" color="gray" onClick={restart}>
          {t('start.restart')}
        </Button>
      }
    >
      <Loaded query={query} lines={8}>
        {(all) => {
          const question = all[at];
          return (
            <div className={classes.wizard}>
              <Steps all={all} at={at} go={(step) => put(answers, step)} />
              <div className={classes.column}>
                {question ? (
                  <OneQuestion
                    key={question.id}
                    question={question}
                    of={all.length}
                    answers={answers}
                    change={(next) => put(next, at)}
                    back={at > 0 ? () => put(answers, at - 1) : undefined}
                    next={() => put(answers, at + 1)}
                  />
                ) : (
                  <OutcomeView
                    answers={answers}
                    change={(next) => put(next, at)}
                    back={() => put(answers, all.length - 1)}
                    goTo={(id) => put(answers, Math.max(0, all.findIndex((one) => one.id === id)))}
                  />
                )}
              </div>
            </div>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Steps({ all, at, go }: { all: Question[]; at: number; go: (step: number) => void }) {
  const rest = all.slice(at).reduce((sum, one) => sum + one.seconds_target, 0);
  return (
    <nav aria-label={t('start.steps')} className={classes.steps}>
      <p className={classes.small}>
        {at < all.length
          ? t('start.left', { count: Math.max(1, Math.round(rest / 60)) })
          : t('start.left.none')}
      </p>
      <ol>
        {all.map((one, i) => (
          <li key={one.id}>
            <button
              type="button"
              className={classes.step}
              aria-current={i === at ? 'step' : undefined}
              disabled={i > at}
              data-done={i < at || undefined}
              onClick={() => go(i)}
            >
              <span className={classes.stepNumber}>{formatNumber(one.n)}</span>
              <span>{one.question}</span>
            </button>
          </li>
        ))}
        <li>
          <span className={classes.step} aria-current={at >= all.length ? 'step' : undefined} data-plain>
            <span className={classes.stepNumber} aria-hidden="true">
              {'✓'}
            </span>
            <span>{t('start.steps.plan')}</span>
          </span>
        </li>
      </ol>
    </nav>
  );
}

function OneQuestion({
  question,
  of,
  answers,
  change,
  back,
  next,
}: {
  question: Question;
  of: number;
  answers: Answers;
  change: (next: Answers) => void;
  back?: () => void;
  next: () => void;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const asked = useMutation({
    mutationFn: () => check(question.id, answers),
    onSuccess: (got) => {
      if (got.valid) next();
    },
  });
  // A new question is read out and takes the focus, so that the keyboard goes on from there.
  useEffect(() => heading.current?.focus(), []);
  const faults = asked.data?.errors ?? [];
  const errorOf = (path: string) => {
    const fault = faults.find((one) => one.path === path || one.path.startsWith(`${path}[`) || one.path.startsWith(`${path}.`));
    return fault ? `${fault.message}${fault.remedy ? `: ${fault.remedy}` : ''}` : undefined;
  };
  const placed = new Set(question.fields.map((field) => field.path));
  const rest = faults.filter((one) => ![...placed].some((path) => one.path === path || one.path.startsWith(path)));
  return (
    <section className={classes.question}>
      <p className={classes.small}>{t('start.question', { n: question.n, of })}</p>
      <h2 className={classes.questionText} tabIndex={-1} ref={heading}>
        {question.question}
      </h2>
      <p className={classes.why}>{question.why}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          asked.mutate();
        }}
        noValidate
      >
        <div className={classes.fields}>
          {question.fields.map((field) => (
            <FieldInput
              key={field.path}
              field={field}
              value={valueAt(answers, field.path)}
              error={errorOf(field.path)}
              onChange={(value) => change(withValue(answers, field.path, value))}
            />
          ))}
        </div>
        {rest.length > 0 && (
          <ul className={classes.error} role="alert">
            {rest.map((one) => (
              <li key={one.path + one.message}>
                {one.message} {one.remedy}
              </li>
            ))}
          </ul>
        )}
        {asked.isError && <ErrorState error={asked.error} />}
        <Group mt={24} gap="xs">
          {back && (
            <Button variant="default" onClick={back}>
              {t('start.back')}
            </Button>
          )}
          <Button type="submit" loading={asked.isPending}>
            {t('start.next')}
          </Button>
        </Group>
      </form>
    </section>
  );
}
