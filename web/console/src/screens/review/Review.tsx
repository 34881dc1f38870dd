// The blind review queue: one message at a time, without outcome or confidence, judged by keys.
import { Button, Checkbox, Group, Kbd, Progress as Bar, Select, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '@/api/client';
import { useProject } from '@/api/session';
import { formatShare, t, type TextKey } from '@/i18n';
import { Card } from '@/parts/Card';
import { EmptyState } from '@/parts/EmptyState';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { useKeys } from '@/shell/keys';
import {
  entriesQuery,
  progressQuery,
  taskQuery,
  verdicts,
  type Progress,
  type Task,
  type Verdict,
} from './queries';
import classes from './Review.module.css';

const secondsEach = 8; // what a verdict takes on average, until the queue has measured it

function HowFar({ progress }: { progress: Progress }) {
  const { drawn, labelled, waiting, agreement } = progress;
  return (
    <div className={classes.progress}>
      <Text size="sm" role="status">
        {t('review.progress', { done: labelled, all: drawn })}
        {waiting > 0 &&
          ` · ${t('home.minutes', { count: Math.max(1, Math.round((waiting * secondsEach) / 60)) })}`}
      </Text>
      <Bar
        value={drawn === 0 ? 0 : (labelled / drawn) * 100}
        aria-label={t('review.progress', { done: labelled, all: drawn })}
      />
      <Text size="xs" c="var(--soft-ink)">
        {agreement == null
          ? t('review.agreement.none')
          : t('review.agreement', { share: formatShare(agreement) })}
      </Text>
    </div>
  );
}

interface Judged {
  message: string;
  verdict: Verdict;
}

function Judge({ task }: { task: Task }) {
  const project = useProject();
  const client = useQueryClient();
  const entries = useQuery(entriesQuery(project));
  const [harm, setHarm] = useState(false);
  const [picking, setPicking] = useState(false); // "wrong": which entry is right?
  const [last, setLast] = useState<Judged>();
  const began = useRef(Date.now());
  useEffect(() => {
    began.current = Date.now();
    setHarm(false);
    setPicking(false);
  }, [task.message]);

  const next = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['review-task', project] }),
      client.invalidateQueries({ queryKey: ['review', project] }),
    ]);
  const judge = useMutation({
    mutationFn: ({ verdict, right }: { verdict: Verdict; right?: string }) =>
      api.POST('/api/v1/projects/{project}/desk/labels', {
        params: { path: { project } },
        body: {
          message: task.message,
          verdict,
          harm: verdict === 'wrong' && harm,
          entries: right ? [right] : [],
          seconds: Math.round((Date.now() - began.current) / 1000),
        },
      }),
    onSuccess: (_, { verdict }) => {
      setLast({ message: task.message, verdict });
      return next();
    },
  });
  const skip = useMutation({
    mutationFn: () =>
      api.POST('/api/v1/projects/{project}/desk/review/{message}/skip', {
        params: { path: { project, message: task.message } },
      }),
    onSuccess: next,
  });
  // A verdict is corrected by a new one; the last word counts.
  const undo = useMutation({
    mutationFn: (was: Judged) =>
      api.POST('/api/v1/projects/{project}/desk/labels', {
        params: { path: { project } },
        body: { message: was.message, verdict: 'unsure', harm: false, entries: [] },
      }),
    onSuccess: () => {
      setLast(undefined);
      return next();
    },
  });
  const busy = judge.isPending || skip.isPending;
  const give = (verdict: Verdict) => {
    if (busy) return;
    if (verdict === 'wrong') setPicking(true);
    else judge.mutate({ verdict });
  };

  useKeys({
    ...Object.fromEntries(verdicts.map((one, at) => [String(at + 1), () => give(one)])),
    h: () => setHarm((was) => !was),
    s: () => !busy && skip.mutate(),
    u: () => last && undo.mutate(last),
  });

  return (
    <Card>
      <div className={classes.task}>
        {task.context.length > 0 && (
          <ol className={classes.before} aria-label={t('review.before')}>
            {task.context.map((turn, at) => (
              <li key={at} dir="auto">
                <span className={classes.speaker}>{t(`review.by.${turn.author}` as TextKey)}</span>
                {turn.text}
              </li>
            ))}
          </ol>
        )}
        <div>
          <h2 className={classes.label}>{t('review.visitor')}</h2>
          <p className={classes.visitor} dir="auto">
            {task.text}
          </p>
        </div>
        <div>
          <h2 className={classes.label}>{t('review.answer')}</h2>
          <p className={classes.answer} dir="auto">
            {task.answer || t('review.no_answer')}
          </p>
        </div>
        <h2 className={classes.question}>{t('review.question')}</h2>
        <div className={classes.verdicts}>
          {verdicts.map((one, at) => (
            <Button
              key={one}
              variant="default"
              justify="flex-start"
              leftSection={<Kbd>{String(at + 1)}</Kbd>}
              disabled={busy}
              onClick={() => give(one)}
            >
              {t(`review.verdict.${one}` as TextKey)}
            </Button>
          ))}
        </div>
        {picking && (
          <div className={classes.picking}>
            <Select
              label={t('review.right_entry')}
              placeholder={t('review.right_entry.search')}
              data={(entries.data ?? []).map((one) => ({ value: one.key, label: one.question }))}
              searchable
              autoFocus
              defaultDropdownOpened={false}
              onChange={(right) => judge.mutate(right ? { verdict: 'wrong', right } : { verdict: 'wrong' })}
            />
            <Checkbox
              label={t('review.harm')}
              checked={harm}
              onChange={(event) => setHarm(event.currentTarget.checked)}
            />
            <Button size="xs" variant="default" onClick={() => judge.mutate({ verdict: 'wrong' })}>
              {t('review.wrong_without')}
            </Button>
          </div>
        )}
        {(judge.isError || skip.isError || undo.isError) && (
          <ErrorState error={judge.error ?? skip.error ?? undo.error} />
        )}
        <Group gap={8} justify="space-between">
          <Group gap={8}>
            <Button size="xs" variant="subtle" onClick={() => skip.mutate()} disabled={busy}>
              {t('review.skip')}
            </Button>
            {last && (
              <Button size="xs" variant="subtle" onClick={() => undo.mutate(last)}>
                {t('review.undo')}
              </Button>
            )}
          </Group>
          {harm && !picking && <Text size="sm">{t('review.harm')}</Text>}
        </Group>
      </div>
    </Card>
  );
}

export default function Review() {
  const project = useProject();
  const task = useQuery(taskQuery(project));
  const progress = useQuery(progressQuery(project));
  return (
    <Page title={t('nav.review')} lead={t('review.lead')}>
      <Loaded query={progress} lines={2}>
        {(data) => <HowFar progress={data} />}
      </Loaded>
      <Loaded query={task} lines={6}>
        {(data) =>
          data === null ? (
            <EmptyState icon="review" title={t('review.empty')}>
              {t('review.empty.lead')}
            </EmptyState>
          ) : (
            <div className={classes.card}>
              <Judge task={data} />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}
