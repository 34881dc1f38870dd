// Bringing answers in from a file or a paste: first the report, then a person takes what is right.
import { Button, Checkbox, Group, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api } from '@/api/client';
import { useMay, useProject } from '@/api/session';
import { t } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { useAct } from '@/parts/useAct';
import { ImportReportView } from './ImportReportView';
import type { ImportReport } from './knowledge_queries';
import classes from './knowledge.module.css';

interface Content {
  name: string;
  content: string;
  kind?: string;
}

export default function ImportScreen() {
  const project = useProject();
  const may = useMay('knowledge.edit');
  const [, go] = useLocation();
  const [pasted, setPasted] = useState('');
  const [over, setOver] = useState(false);
  const [report, setReport] = useState<ImportReport>();
  const [approve, setApprove] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const file = useRef<HTMLInputElement>(null);
  const changes = [['knowledge', project]];
  const propose = useAct(
    async (content: Content) =>
      (
        await api.POST('/api/v1/projects/{project}/knowledge/imports', {
          params: { path: { project } },
          body: content as never,
        })
      ).data!,
    {
      changes,
      done: (made) => {
        setReport(made);
        // New answers are wanted as a rule; a change of an old one, and what the scan found, is looked
        // at first.
        setChosen(made.proposals.filter((one) => one.kind === 'new' && one.open_findings.length === 0).map((one) => one.key));
      },
    },
  );
  const apply = useAct(
    async (id: string) =>
      (
        await api.POST('/api/v1/projects/{project}/knowledge/imports/{import}/apply', {
          params: { path: { project, import: id } },
          body: { accept: chosen, approve } as never,
        })
      ).data!,
    { changes, done: setReport },
  );
  const read = async (given: File | undefined) => {
    if (given) propose.mutate({ name: given.name, content: await given.text() });
  };
  return (
    <Page
      title={t('knowledge.import')}
      lead={t('knowledge.import.lead')}
      actions={
        <Button component={Link} href="/knowledge" variant="subtle">
          {t('knowledge.back')}
        </Button>
      }
    >
      {!report && (
        <Panel title={t('knowledge.import.from')}>
          <div
            className={classes.drop}
            data-over={over || undefined}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              event.preventDefault();
              setOver(false);
              void read(event.dataTransfer.files[0]);
            }}
          >
            <p className={classes.small}>{t('knowledge.import.drop')}</p>
            <Button variant="default" disabled={!may} loading={propose.isPending} onClick={() => file.current?.click()}>
              {t('knowledge.import.choose')}
            </Button>
            <input
              ref={file}
              type="file"
              hidden
              accept=".csv,.tsv,.txt,.md"
              aria-label={t('knowledge.import.choose')}
              onChange={(event) => void read(event.currentTarget.files?.[0])}
            />
          </div>
          <form
            className={classes.gap}
            onSubmit={(event) => {
              event.preventDefault();
              propose.mutate({ name: 'paste.txt', kind: 'paste', content: pasted });
            }}
          >
            <Textarea
              label={t('knowledge.import.paste')}
              description={t('knowledge.import.paste.help')}
              value={pasted}
              onChange={(event) => setPasted(event.currentTarget.value)}
              autosize
              minRows={5}
              maxRows={16}
            />
            <Button type="submit" mt={8} variant="default" disabled={!may || pasted.trim() === ''} loading={propose.isPending}>
              {t('knowledge.import.read')}
            </Button>
          </form>
          {propose.isError && (
            <div className={classes.gap}>
              <ErrorState error={propose.error} />
            </div>
          )}
        </Panel>
      )}
      {report && (
        <>
          <ImportReportView report={report} chosen={chosen} choose={setChosen} />
          {report.state === 'done' ? (
            <Panel title={t('knowledge.import.take')}>
              <Checkbox
                checked={approve}
                onChange={(event) => setApprove(event.currentTarget.checked)}
                label={t('knowledge.import.approve')}
                description={t('knowledge.import.approve.help')}
              />
              {apply.isError && (
                <div className={classes.gap}>
                  <ErrorState error={apply.error} />
                </div>
              )}
              <Group mt={16} gap="xs">
                <Button
                  disabled={!may || chosen.length === 0}
                  loading={apply.isPending}
                  onClick={() => apply.mutate(report.import)}
                >
                  {t('knowledge.import.apply', { count: chosen.length })}
                </Button>
                <Button variant="subtle" color="gray" onClick={() => setReport(undefined)}>
                  {t('knowledge.import.other')}
                </Button>
              </Group>
            </Panel>
          ) : (
            <Panel title={t('knowledge.import.done')}>
              <p className={classes.small}>
                {t('knowledge.import.done.text', { taken: report.taken, refused: report.refused })}
              </p>
              <Group mt={16} gap="xs">
                <Button onClick={() => go('/knowledge/releases')}>{t('knowledge.publish')}</Button>
                <Button variant="default" onClick={() => go('/knowledge')}>
                  {t('knowledge.back')}
                </Button>
              </Group>
            </Panel>
          )}
        </>
      )}
    </Page>
  );
}
