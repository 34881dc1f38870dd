// One entry: what visitors may ask, what is answered word for word, who looks after it, and the box
// that shows what would be answered now.
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams } from 'wouter';
import { api } from '@/api/client';
import { useMay, useProject } from '@/api/session';
import { formatMoment, t } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { ReasonDialog } from '@/parts/ReasonDialog';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import { useAct } from '@/parts/useAct';
import { EntryForm } from './EntryForm';
import { entryState, entryTone, rightWords } from './entry_words';
import { entry, entryHistory, type Entry } from './knowledge_queries';
import { Phrasings } from './Phrasings';
import { TestBox } from './TestBox';
import classes from './knowledge.module.css';

export default function EntryScreen() {
  const project = useProject();
  const { key } = useParams<{ key?: string }>();
  if (!key) return <NewEntry project={project} />;
  return <OldEntry project={project} entryKey={decodeURIComponent(key)} />;
}

function NewEntry({ project }: { project: string }) {
  const [, go] = useLocation();
  return (
    <Page wide title={t('knowledge.new')} lead={t('knowledge.new.lead')}>
      <div className={panel.split}>
        <EntryForm project={project} saved={(made) => go(`/knowledge/entry/${encodeURIComponent(made.key)}`)} />
        <div className={classes.sticky}>
          <TestBox project={project} />
        </div>
      </div>
    </Page>
  );
}

function OldEntry({ project, entryKey }: { project: string; entryKey: string }) {
  const query = useQuery(entry(project, entryKey));
  return (
    <Loaded query={query} lines={10}>
      {(shown) => (
        <Page
          wide
          title={shown.question}
          lead={
            <>
              <Status tone={entryTone(shown.state)} word={entryState(shown.state)} />{' '}
              {t('knowledge.version', { version: shown.version })}
              {shown.usage && ` · ${rightWords(shown)}`}
            </>
          }
          actions={<EntryActs project={project} shown={shown} />}
        >
          <div className={panel.split}>
            <div className={classes.column}>
              <EntryForm project={project} entry={shown} key={shown.version} />
              <Phrasings project={project} entry={shown} />
              <History project={project} entryKey={entryKey} />
            </div>
            <div className={classes.sticky}>
              <TestBox project={project} />
            </div>
          </div>
        </Page>
      )}
    </Loaded>
  );
}

function EntryActs({ project, shown }: { project: string; shown: Entry }) {
  const may = useMay('knowledge.edit');
  const [opened, dialog] = useDisclosure(false);
  const path = { params: { path: { project, entry: shown.key } } };
  const changes = [['knowledge', project]];
  const approve = useAct(
    () =>
      api.POST('/api/v1/projects/{project}/knowledge/entries/{entry}/approve', {
        ...path,
        body: { version: shown.version } as never,
      }),
    { changes },
  );
  const withdraw = useAct(
    (reason: string) =>
      api.POST('/api/v1/projects/{project}/knowledge/entries/{entry}/withdraw', { ...path, body: { reason } as never }),
    { changes },
  );
  const served = shown.state === 'live' || shown.state === 'stale';
  return (
    <>
      <Button component={Link} href="/knowledge" variant="subtle">
        {t('knowledge.back')}
      </Button>
      {served && (
        <Button variant="default" color="red" disabled={!may} onClick={dialog.open}>
          {t('knowledge.withdraw')}
        </Button>
      )}
      {shown.state === 'draft' && (
        <Button disabled={!may} loading={approve.isPending} onClick={() => approve.mutate(undefined)}>
          {t('knowledge.approve', { version: shown.version })}
        </Button>
      )}
      {approve.isError && <ErrorState error={approve.error} />}
      <ReasonDialog
        opened={opened}
        onClose={dialog.close}
        title={t('knowledge.withdraw')}
        label={t('parts.reason')}
        confirm={t('knowledge.withdraw')}
        danger
        onConfirm={({ text }) => withdraw.mutateAsync(text)}
      >
        {t('knowledge.withdraw.what')}
      </ReasonDialog>
    </>
  );
}

function History({ project, entryKey }: { project: string; entryKey: string }) {
  const query = useQuery(entryHistory(project, entryKey));
  return (
    <Panel title={t('knowledge.history')} flush>
      <Loaded query={query}>
        {(rows) => (
          <Scroll>
            <table className={panel.table}>
              <thead>
                <tr>
                  <th scope="col" className={panel.number}>
                    {t('knowledge.history.version')}
                  </th>
                  <th scope="col">{t('knowledge.column.state')}</th>
                  <th scope="col">{t('knowledge.history.answer')}</th>
                  <th scope="col">{t('knowledge.history.approved')}</th>
                </tr>
              </thead>
              <tbody>
                {[...rows].reverse().map((row) => (
                  <tr key={row.version}>
                    <th scope="row" className={panel.number}>
                      {row.version}
                    </th>
                    <td>{entryState(row.status)}</td>
                    <td>{row.answer}</td>
                    <td className={panel.small}>
                      {row.approved_by
                        ? `${row.approved_by}${row.approved_at ? `, ${formatMoment(row.approved_at)}` : ''}`
                        : '–'}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </Loaded>
    </Panel>
  );
}
