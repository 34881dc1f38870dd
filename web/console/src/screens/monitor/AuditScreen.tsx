// The audit log: who did what and when, and the proof that nothing in it was changed.
import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { useMay, useProject } from '@/api/session';
import type { components } from '@/api/schema.gen';
import { formatMoment, formatNumber, t, words } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { ErrorState } from '@/parts/ErrorState';
import { Mark } from '@/parts/Mark';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import panel from '@/parts/panel.module.css';
import { MonitorTabs } from './MonitorTabs';
import classes from './monitor.module.css';

type AuditRow = components['schemas']['audit_row'];
type AuditCheck = components['schemas']['audit_check'];

export default function AuditScreen() {
  const may = useMay('audit.read');
  return (
    <Page title={t('monitor.audit')} lead={t('monitor.audit.lead')}>
      <MonitorTabs />
      {may ? (
        <>
          <ChainPanel />
          <RowsPanel />
        </>
      ) : (
        <EmptyState icon="key" title={t('monitor.audit.not_allowed')}>
          {t('monitor.audit.not_allowed.text')}
        </EmptyState>
      )}
    </Page>
  );
}

function ChainPanel() {
  const project = useProject();
  const verify = useMutation<AuditCheck, Error>({
    mutationFn: async () => (await api.GET('/api/v1/audit/verify', { params: { query: { project } as never } })).data!,
  });
  return (
    <Panel title={t('monitor.chain')} lead={t('monitor.chain.lead')}>
      <div className={classes.checks}>
        <div aria-live="polite">
          {verify.data ? (
            <>
              <Mark tone={verify.data.ok ? 'good' : 'bad'} large>
                {verify.data.ok ? t('monitor.chain.whole') : t('monitor.chain.broken', { seq: verify.data.bad_seq })}
              </Mark>
              <p className={classes.small}>
                {t('monitor.chain.rows', {
                  rows: formatNumber(verify.data.rows),
                  checkpoints: formatNumber(verify.data.checkpoints),
                  hash: verify.data.last_hash.slice(0, 12),
                })}
              </p>
              {!verify.data.ok && <p className={classes.small}>{verify.data.why}</p>}
            </>
          ) : (
            <p className={classes.small}>{t('monitor.chain.unchecked')}</p>
          )}
        </div>
        <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
          {t('monitor.chain.check')}
        </Button>
      </div>
      {verify.isError && <ErrorState error={verify.error} />}
    </Panel>
  );
}

function RowsPanel() {
  const project = useProject();
  const [kind, setKind] = useState('');
  const [actor, setActor] = useState('');
  const [asked] = useDebouncedValue({ kind: kind.trim(), actor: actor.trim() }, 300);
  const query = useInfiniteQuery({
    queryKey: ['audit', project, asked],
    queryFn: async ({ pageParam }) =>
      (
        await api.GET('/api/v1/audit', {
          params: {
            query: {
              project,
              ...(asked.kind ? { kind: asked.kind } : {}),
              ...(asked.actor ? { actor: asked.actor } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            } as never,
          },
        })
      ).data!,
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title={t('monitor.audit.rows')} flush>
      <div className={classes.filters}>
        <TextInput
          label={t('monitor.audit.kind')}
          placeholder={t('monitor.audit.kind.example')}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value)}
        />
        <TextInput
          label={t('monitor.audit.actor')}
          value={actor}
          onChange={(event) => setActor(event.currentTarget.value)}
        />
      </div>
      {query.isError && <ErrorState error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && (
        <EmptyState icon="search" title={t('monitor.audit.none')}>
          {t('monitor.audit.none.text')}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <Scroll>
          <table className={panel.table}>
            <thead>
              <tr>
                <th scope="col" className={panel.number}>
                  {t('monitor.audit.seq')}
                </th>
                <th scope="col">{t('monitor.audit.when')}</th>
                <th scope="col">{t('monitor.audit.who')}</th>
                <th scope="col">{t('monitor.audit.what')}</th>
                <th scope="col">{t('monitor.audit.object')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.seq} row={row} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {query.hasNextPage && (
        <div className={panel.pad}>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('monitor.audit.more')}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Row({ row }: { row: AuditRow }) {
  const body = row.detail ?? {};
  const reason = typeof body.reason === 'string' ? body.reason : typeof body.statement === 'string' ? body.statement : '';
  return (
    <tr>
      <td className={panel.number}>{row.seq}</td>
      <td>{formatMoment(row.at)}</td>
      <td>{row.by.id || (words(`monitor.by.${row.by.kind}`) ?? row.by.kind)}</td>
      <th scope="row">
        {row.kind}
        {reason && <div className={classes.body}>{reason}</div>}
      </th>
      <td className={panel.mono}>
        {row.object_type} {row.object_id}
      </td>
    </tr>
  );
}
