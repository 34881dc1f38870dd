// Releases of the knowledge: what visitors get is always one published release, as it was checked.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { useMay, useProject } from '@/api/session';
import { formatMoment, formatNumber, t, words } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import { useAct } from '@/parts/useAct';
import type { Tone } from '@/theme/theme';
import { findingWords } from './entry_words';
import { entries, findings, releases, type Release } from './knowledge_queries';

const tones: Record<string, Tone> = { published: 'good', checked: 'info', draft: 'unknown', superseded: 'unknown' };

export default function ReleasesScreen() {
  const project = useProject();
  const may = useMay('knowledge.publish');
  const query = useQuery(releases(project));
  const all = useQuery(entries(project, ''));
  const approved = all.data?.filter((one) => one.state === 'approved').length ?? 0;
  const changes = [['knowledge', project], ['gates', project]];
  // Draft, check and publish are three acts on the server; one wish for a person.
  const publish = useAct(
    async (release: string | undefined) => {
      const path = (id: string) => ({ params: { path: { project, release: id } }, body: {} as never });
      let state = 'draft';
      let id = release;
      if (!id) {
        const made = await api.POST('/api/v1/projects/{project}/knowledge/releases', {
          params: { path: { project } },
          body: { note: '' } as never,
        });
        id = made.data!.id;
        state = made.data!.state;
      }
      if (state === 'draft')
        await api.POST('/api/v1/projects/{project}/knowledge/releases/{release}/check', path(id));
      return api.POST('/api/v1/projects/{project}/knowledge/releases/{release}/publish', path(id));
    },
    { changes },
  );
  return (
    <Page
      title={t('knowledge.releases')}
      lead={t('knowledge.releases.lead')}
      actions={
        <>
          <Button component={Link} href="/knowledge" variant="subtle">
            {t('knowledge.back')}
          </Button>
          <Button disabled={!may} loading={publish.isPending} onClick={() => publish.mutate(undefined)}>
            {t('knowledge.releases.publish')}
          </Button>
        </>
      }
    >
      {publish.isError && <ErrorState error={publish.error} />}
      <Panel
        title={t('knowledge.releases.all')}
        lead={approved > 0 ? t('knowledge.unpublished', { count: approved }) : t('knowledge.releases.current')}
        flush
      >
        <Loaded query={query}>
          {(rows) =>
            rows.length === 0 ? (
              <EmptyState icon="knowledge" title={t('knowledge.releases.none')}>
                {t('knowledge.releases.none.text')}
              </EmptyState>
            ) : (
              <ReleaseTable rows={rows} may={may} busy={publish.isPending} publish={(id) => publish.mutate(id)} />
            )
          }
        </Loaded>
      </Panel>
      <Findings project={project} />
    </Page>
  );
}

function ReleaseTable({
  rows,
  may,
  busy,
  publish,
}: {
  rows: Release[];
  may: boolean;
  busy: boolean;
  publish: (id: string) => void;
}) {
  return (
    <Scroll>
      <table className={panel.table}>
        <thead>
          <tr>
            <th scope="col">{t('knowledge.releases.release')}</th>
            <th scope="col">{t('knowledge.column.state')}</th>
            <th scope="col" className={panel.number}>
              {t('knowledge.entries')}
            </th>
            <th scope="col">{t('knowledge.releases.published')}</th>
            <th scope="col">
              <span className="unseen">{t('knowledge.releases.act')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                {t('knowledge.releases.number', { n: row.seq })}
                <div className={panel.mono}>{row.id.slice(0, 16)}</div>
                {row.note && <div className={panel.small}>{row.note}</div>}
              </th>
              <td>
                <Status tone={tones[row.state] ?? 'unknown'} word={words(`knowledge.release.${row.state}`) ?? row.state} />
              </td>
              <td className={panel.number}>{formatNumber(row.entries)}</td>
              <td className={panel.small}>
                {row.published_at ? `${formatMoment(row.published_at)}, ${row.published_by}` : '–'}
              </td>
              <td>
                {row.state !== 'published' && (
                  <Button size="xs" variant="default" disabled={!may || busy} onClick={() => publish(row.id)}>
                    {row.state === 'superseded' ? t('knowledge.releases.back') : t('knowledge.releases.publish_this')}
                    <span className="unseen"> {t('knowledge.releases.number', { n: row.seq })}</span>
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Findings({ project }: { project: string }) {
  const query = useQuery(findings(project));
  return (
    <Panel title={t('knowledge.findings')} lead={t('knowledge.findings.lead')}>
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon="check" title={t('knowledge.findings.none')} />
          ) : (
            <ul className={panel.rows}>
              {rows.map((one) => (
                <li key={one.kind + one.keys.join()} className={panel.row}>
                  <Status tone="attention" word={findingWords(one)} />
                  <span>
                    {one.keys.map((key, i) => (
                      <span key={key}>
                        {i > 0 && ', '}
                        <Link href={`/knowledge/entry/${encodeURIComponent(key)}`}>{key}</Link>
                      </span>
                    ))}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
