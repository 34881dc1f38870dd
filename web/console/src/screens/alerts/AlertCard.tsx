// One alert: what went past which limit since when, what to do, and the two things a person can say.
import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { formatMoment, formatNumber, formatShare, t, words, type TextKey } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { Mark } from '@/parts/Mark';
import { Panel } from '@/parts/Panel';
import { ReasonDialog } from '@/parts/ReasonDialog';
import { useAct } from '@/parts/useAct';
import { isOpen, toneOf, type Alert } from './alert_queries';
import classes from './alerts.module.css';

const ways = ['fixed', 'new_normal', 'false_alarm'] as const;

function history(alert: Alert): string[] {
  const lines: string[] = [];
  if (alert.acknowledged_at)
    lines.push(t('alerts.acknowledged', { who: alert.acknowledged_by, when: formatMoment(alert.acknowledged_at) }));
  if (alert.resolved_at)
    lines.push(
      t(alert.resolved_by ? 'alerts.resolved' : 'alerts.resolved_by_itself', {
        who: alert.resolved_by,
        when: formatMoment(alert.resolved_at),
        how: words(`alerts.resolution.${alert.resolution}`) ?? '',
      }),
    );
  if (alert.note) lines.push(alert.note);
  return lines;
}

export function AlertCard({ project, alert }: { project: string; alert: Alert }) {
  const may = useMay('desk.work');
  const [resolving, setResolving] = useState(false);
  const changes = [['alerts', project]];
  const place = { path: { project, alert: alert.id } };
  const acknowledge = useAct(
    async () => api.POST('/api/v1/projects/{project}/alerts/{alert}/ack', { params: place, body: {} as never }),
    { changes },
  );
  const resolve = useAct(
    async (body: { resolution: string; note: string }) =>
      api.POST('/api/v1/projects/{project}/alerts/{alert}/resolve', { params: place, body: body as never }),
    { changes },
  );
  const open = isOpen(alert);
  return (
    <Panel
      title={t(`alerts.stream.${alert.stream}` as TextKey)}
      aside={
        <Mark tone={open ? toneOf(alert.severity) : 'info'}>
          {open ? t(`alerts.severity.${alert.severity}`) : t('alerts.state.resolved')}
        </Mark>
      }
    >
      <p className={classes.words}>
        {t('alerts.words', {
          since: formatMoment(alert.since),
          bad: formatNumber(alert.bad),
          n: formatNumber(alert.n),
          value: formatShare(alert.value),
          limit: formatShare(alert.limit),
        })}
        {alert.alarms > 1 && ` ${t('alerts.again', { count: alert.alarms - 1, when: formatMoment(alert.last_alarm_at) })}`}
      </p>
      {open && <p className={classes.words}>{words(`alerts.todo.${alert.stream}`) ?? alert.what_to_do}</p>}
      {alert.examples.length > 0 && (
        <p className={classes.small}>
          {t('alerts.examples')}{' '}
          {alert.examples.map((id, row) =>
            id.startsWith('cv_') ? (
              <Link key={id} href={`/desk/${id}`} className={classes.example}>
                {t('alerts.example', { number: row + 1 })}
              </Link>
            ) : (
              <code key={id} className={classes.example}>
                {id.slice(0, 12)}
              </code>
            ),
          )}
        </p>
      )}
      {history(alert).map((line) => (
        <p key={line} className={classes.small}>
          {line}
        </p>
      ))}
      {acknowledge.isError && <ErrorState error={acknowledge.error} />}
      {open && (
        <Group gap={8} mt={12}>
          {alert.state === 'raised' && (
            <Button disabled={!may} loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
              {t('alerts.act.ack')}
            </Button>
          )}
          <Button variant="default" disabled={!may} onClick={() => setResolving(true)}>
            {t('alerts.act.resolve')}
          </Button>
        </Group>
      )}
      <ReasonDialog
        opened={resolving}
        onClose={() => setResolving(false)}
        title={t('alerts.resolve.title')}
        label={t('alerts.resolve.note')}
        optional
        confirm={t('alerts.act.resolve')}
        choices={ways.map((value) => ({ value, label: t(`alerts.resolution.${value}`) }))}
        onConfirm={({ text, choice }) => resolve.mutateAsync({ resolution: choice, note: text })}
      >
        {t('alerts.resolve.text')}
      </ReasonDialog>
    </Panel>
  );
}
