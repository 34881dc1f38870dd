// What a person can do about one condition, right where it stands: run the drill, answer or sign a
// row, mark an activity, go where the labels and runs are made, or set it aside for a while.
import { Button, Menu, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { t } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { ReasonDialog } from '@/parts/ReasonDialog';
import { useAct } from '@/parts/useAct';
import type { Condition } from './gate_queries';
import { conditionLabel } from './gate_words';

interface Props {
  project: string;
  condition: Condition;
}

const changed = (project: string) => [['gates', project], ['plan', project]];
const settled = (c: Condition) => c.state === 'pass' || c.state === 'waived';

export function ConditionActs({ project, condition: c }: Props) {
  const [, kind = '', name = '', last = ''] = c.id.split('/');
  return (
    <>
      {!settled(c) && kind === 'drill' && <DrillAct project={project} condition={c} cause={name} />}
      {!settled(c) && kind === 'risk' && last === 'answer' && <AnswerAct project={project} condition={c} row={name} />}
      {!settled(c) && kind === 'risk' && last === 'signature' && (
        <SignRowAct project={project} condition={c} row={name} />
      )}
      {!settled(c) && kind === 'activity' && <ActivityAct project={project} condition={c} activity={name} />}
      {!settled(c) && (kind === 'metric' || (kind === 'risk' && last.includes('.'))) && <PlaceLink condition={c} />}
    </>
  );
}

export function RareActs({ project, condition: c }: Props) {
  return settled(c) ? null : <WaiveAct project={project} condition={c} />;
}

function PlaceLink({ condition: c }: { condition: Condition }) {
  const place = c.ref.startsWith('desk.')
    ? { to: '/desk/review', text: t('gate.fix.label') }
    : c.ref.startsWith('evaluation.')
      ? { to: '/eval/runs', text: t('gate.fix.evaluate') }
      : undefined;
  if (!place) return null;
  return (
    <Button component={Link} href={place.to} variant="default" size="xs">
      {place.text}
      <span className="unseen">: {conditionLabel(c)}</span>
    </Button>
  );
}

function DrillAct({ project, condition: c, cause }: Props & { cause: string }) {
  const may = useMay('evaluation.run');
  const drill = useAct(
    () =>
      api.POST('/api/v1/projects/{project}/evidence/{ref}/refresh', {
        params: { path: { project, ref: c.ref } },
        body: { cause } as never,
      }),
    { changes: changed(project) },
  );
  return (
    <>
      <Button size="xs" variant="default" disabled={!may} loading={drill.isPending} onClick={() => drill.mutate(undefined)}>
        {t('gate.fix.drill')}
        <span className="unseen">: {conditionLabel(c)}</span>
      </Button>
      {drill.isError && <ErrorState error={drill.error} />}
    </>
  );
}

function AnswerAct({ project, condition: c, row }: Props & { row: string }) {
  return <AnswerRow project={project} row={row} question={c.label} />;
}

// Answers a row of the checklist, from its condition or from the plan.
export function AnswerRow({ project, row, question }: { project: string; row: string; question: string }) {
  const may = useMay('plan.edit');
  const [opened, dialog] = useDisclosure(false);
  const [answer, setAnswer] = useState<'yes' | 'no' | 'na' | ''>('');
  const act = useAct(
    (note: string) =>
      api.POST('/api/v1/projects/{project}/risks/{row}/answer', {
        params: { path: { project, row } },
        body: { answer, ...(answer === 'na' ? { na_reason: note } : { note }) } as never,
      }),
    { changes: changed(project) },
  );
  return (
    <>
      <Button size="xs" variant="default" disabled={!may} onClick={dialog.open}>
        {t('gate.fix.answer')}
        <span className="unseen">: {question}</span>
      </Button>
      <ReasonDialog
        opened={opened}
        onClose={dialog.close}
        title={t('gate.answer.title')}
        label={answer === 'na' ? t('gate.answer.na_reason') : t('gate.answer.note')}
        confirm={t('gate.answer.confirm')}
        optional={answer !== 'na'}
        ready={answer !== ''}
        onConfirm={({ text }) => act.mutateAsync(text)}
      >
        <Text size="sm" fw={500}>
          {question}
        </Text>
        <Radio.Group
          label={t('gate.answer.how')}
          value={answer}
          onChange={(value) => setAnswer(value as 'yes' | 'no' | 'na')}
        >
          <Stack gap={8} mt={8}>
            <Radio value="yes" label={t('gate.answer.yes')} />
            <Radio value="no" label={t('gate.answer.no')} />
            <Radio value="na" label={t('gate.answer.na')} />
          </Stack>
        </Radio.Group>
      </ReasonDialog>
    </>
  );
}

function SignRowAct({ project, condition: c, row }: Props & { row: string }) {
  const [opened, dialog] = useDisclosure(false);
  const what = `risk/${row}`;
  const act = useAct(
    async (statement: string) => {
      // The signature binds to the row as it stands when the dialog is confirmed.
      const shown = await api.GET('/api/v1/projects/{project}/signatures/hash', {
        params: { path: { project }, query: { what } as never },
      });
      const { object_hash } = shown.data as { object_hash: string };
      return api.POST('/api/v1/projects/{project}/signatures', {
        params: { path: { project } },
        body: { what, object_hash, statement } as never,
      });
    },
    { changes: changed(project) },
  );
  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open}>
        {t('gate.fix.sign_row')}
        <span className="unseen">: {conditionLabel(c)}</span>
      </Button>
      <ReasonDialog
        opened={opened}
        onClose={dialog.close}
        title={t('gate.sign_row.title')}
        label={t('parts.sign.statement')}
        confirm={t('parts.sign.act')}
        onConfirm={({ text }) => act.mutateAsync(text)}
      >
        <Text size="sm" fw={500}>
          {c.label}
        </Text>
        <Text size="sm">{t('gate.sign_row.what')}</Text>
      </ReasonDialog>
    </>
  );
}

function ActivityAct({ project, condition: c, activity }: Props & { activity: string }) {
  const may = useMay('plan.edit');
  const [opened, dialog] = useDisclosure(false);
  const act = useAct(
    (body: { status: 'done' | 'skipped'; reason?: string }) =>
      api.POST('/api/v1/projects/{project}/activities/{activity}', {
        params: { path: { project, activity } },
        body: body as never,
      }),
    { changes: changed(project) },
  );
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" variant="default" disabled={!may} loading={act.isPending}>
            {t('gate.fix.activity')}
            <span className="unseen">: {conditionLabel(c)}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => act.mutate({ status: 'done' })}>{t('gate.activity.done')}</Menu.Item>
          <Menu.Item onClick={dialog.open}>{t('gate.activity.skip')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {act.isError && !opened && <ErrorState error={act.error} />}
      <ReasonDialog
        opened={opened}
        onClose={dialog.close}
        title={t('gate.activity.skip')}
        label={t('parts.reason')}
        confirm={t('gate.activity.skip')}
        onConfirm={({ text }) => act.mutateAsync({ status: 'skipped', reason: text })}
      >
        <Text size="sm" fw={500}>
          {c.label}
        </Text>
      </ReasonDialog>
    </>
  );
}

const day = 86_400_000;

// Two weeks, which is what the rules propose; the server refuses more than 30 days.
function proposedEnd(): string {
  return new Date(Date.now() + 14 * day).toISOString().slice(0, 10);
}

function WaiveAct({ project, condition: c }: Props) {
  const may = useMay('gate.sign');
  const [opened, dialog] = useDisclosure(false);
  const [until, setUntil] = useState(proposedEnd);
  const act = useAct(
    (reason: string) =>
      api.POST('/api/v1/projects/{project}/waivers', {
        params: { path: { project } },
        body: { condition: c.id, reason, expires: `${until}T00:00:00Z` } as never,
      }),
    { changes: changed(project) },
  );
  if (!may) return null;
  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open}>
        {t('gate.waive')}
        <span className="unseen">: {conditionLabel(c)}</span>
      </Button>
      <ReasonDialog
        opened={opened}
        onClose={dialog.close}
        title={t('gate.waive.title')}
        label={t('parts.reason')}
        confirm={t('gate.waive.confirm')}
        least={20}
        ready={until !== ''}
        onConfirm={({ text }) => act.mutateAsync(text)}
      >
        <Text size="sm" fw={500}>
          {conditionLabel(c)}
        </Text>
        <Text size="sm">{t('gate.waive.what')}</Text>
        <TextInput
          type="date"
          label={t('gate.waive.until')}
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
          required
        />
      </ReasonDialog>
    </>
  );
}
