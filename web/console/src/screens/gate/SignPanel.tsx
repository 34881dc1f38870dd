import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '@/api/client';
import { useMay, usePlace } from '@/api/session';
import { formatMoment, t, words } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { Loaded } from '@/parts/Loaded';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { SignBox } from '@/parts/SignBox';
import { Status } from '@/parts/Status';
import { useAct } from '@/parts/useAct';
import { signatureRows, type GateRun } from './gate_queries';
import { gateTitle } from './gate_words';
import panel from '@/parts/panel.module.css';

// Signing a phase gate, or the one sentence why it cannot be signed now.
export function SignPanel({ run }: { run: GateRun }) {
  const { project, session } = usePlace();
  const may = useMay('gate.sign');
  const open = run.conditions.filter((c) => c.state !== 'pass' && c.state !== 'waived').length;
  const sign = useAct(
    ({ statement, comment }: { statement: string; comment: string }) =>
      api.POST('/api/v1/projects/{project}/gates/{gate}/sign', {
        params: { path: { project: project.id, gate: run.gate } },
        body: { run_hash: run.run_hash, statement, comment },
      }),
    { changes: [['gates', project.id], ['standings'], ['rollouts', project.id], ['plan', project.id]] },
  );
  if (run.gate.startsWith('S:'))
    return (
      <Panel title={t('gate.sign.title')}>
        <Text size="sm">{t('gate.sign.stage')}</Text>
      </Panel>
    );
  if (run.verdict !== 'ready')
    return (
      <Panel title={t('gate.sign.title')}>
        <Text size="sm">{t('gate.sign.not_yet', { count: open })}</Text>
      </Panel>
    );
  if (!may)
    return (
      <Panel title={t('gate.sign.title')}>
        <Text size="sm">{t('gate.sign.not_allowed')}</Text>
      </Panel>
    );
  return (
    <Panel title={t('gate.sign.title')}>
      <SignBox
        key={run.run_hash}
        statement={t('gate.sign.proposed', { gate: gateTitle(run.gate) })}
        consequence={t('gate.sign.consequence', {
          phase: words(`phase.${run.phase}`) ?? run.phase,
          stage: run.stage || t('gate.sign.no_stage'),
        })}
        who={session.person?.name || session.person?.id || ''}
        busy={sign.isPending}
        error={sign.isError ? sign.error : undefined}
        onSign={(statement, comment) => sign.mutate({ statement, comment })}
      />
    </Panel>
  );
}

// Who signed this gate when, with which words, also what was revoked.
export function SignedHistory({ gate }: { gate: string }) {
  const { project } = usePlace();
  const query = useQuery(signatureRows(project.id));
  return (
    <Panel title={t('gate.history.title')} flush>
      <Loaded query={query}>
        {(rows) => {
          const mine = rows.filter((row) => row.what === `gate/${gate}`);
          if (mine.length === 0)
            return (
              <EmptyState icon="gate" title={t('gate.history.none')}>
                {t('gate.history.none.text')}
              </EmptyState>
            );
          return (
            <Scroll>
              <table className={panel.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('gate.history.when')}</th>
                    <th scope="col">{t('gate.history.who')}</th>
                    <th scope="col">{t('gate.history.statement')}</th>
                    <th scope="col">{t('gate.history.what')}</th>
                    <th scope="col">{t('gate.history.state')}</th>
                  </tr>
                </thead>
                <tbody>
                  {mine.map((row) => (
                    <tr key={row.id}>
                      <td>{formatMoment(row.at)}</td>
                      <th scope="row">{row.person}</th>
                      <td>
                        {row.statement}
                        {row.comment && <div className={panel.small}>{row.comment}</div>}
                      </td>
                      <td className={panel.mono}>{row.object_hash.slice(0, 12)}</td>
                      <td>
                        <Status
                          tone={row.revoked ? 'attention' : 'good'}
                          word={row.revoked ? t('gate.history.revoked') : t('gate.history.valid')}
                        />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          );
        }}
      </Loaded>
    </Panel>
  );
}
