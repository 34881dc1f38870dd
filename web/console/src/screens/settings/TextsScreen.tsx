// What is said in the firm's name: the AI label, its limits, consent, hand-over. Each change is a
// new revision of the plan, in words, with who and why.
import { Button, Textarea } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '@/api/client';
import { useMay, useProject } from '@/api/session';
import { formatMoment, languageName, t, words } from '@/i18n';
import { DiffInWords, type Change } from '@/parts/DiffInWords';
import { EmptyState } from '@/parts/EmptyState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { ReasonDialog } from '@/parts/ReasonDialog';
import { Scroll } from '@/parts/Scroll';
import panel from '@/parts/panel.module.css';
import { useAct } from '@/parts/useAct';
import { languagesOf, planHead, textsOf, type PlanView, type Texts } from './plan_texts';
import { SettingsTabs } from './SettingsTabs';
import classes from './settings.module.css';

interface Revision {
  revision: number;
  author: string;
  at: string;
  reason: string;
}

const revisions = (project: string) =>
  queryOptions({
    queryKey: ['plan', project, 'revisions'],
    queryFn: async () =>
      (
        await answer<{ items: Revision[] }>(
          api.GET('/api/v1/projects/{project}/plan/revisions', { params: { path: { project } } }),
        )
      ).items,
  });

const wanted = ['label', 'limits', 'consent', 'handoff', 'out_of_hours'];

export default function TextsScreen() {
  const project = useProject();
  const query = useQuery(planHead(project));
  return (
    <Page title={t('settings.texts')} lead={t('settings.texts.lead')}>
      <SettingsTabs />
      <Loaded query={query}>{(view) => <Editor key={view.revision} project={project} view={view} />}</Loaded>
      <Revisions project={project} />
    </Page>
  );
}

function Editor({ project, view }: { project: string; view: PlanView }) {
  const may = useMay('plan.edit');
  const before = textsOf(view);
  const languages = languagesOf(view);
  const keys = [...new Set([...wanted, ...Object.keys(before)])];
  const [texts, setTexts] = useState<Texts>(before);
  const [asking, setAsking] = useState(false);
  const [changes, setChanges] = useState<Change[]>([]);
  const changed = JSON.stringify(texts) !== JSON.stringify(before);
  const save = useAct(
    async (reason: string) =>
      answer<{ changes: Change[] }>(
        api.PUT('/api/v1/projects/{project}/plan', {
          params: { path: { project }, header: { 'If-Match': `"${view.revision}"` } },
          body: { plan: { ...view.plan, texts }, reason } as never,
        }),
      ),
    { changes: [['plan', project], ['gates', project]], done: (made) => setChanges(made.changes) },
  );
  const set = (key: string, language: string, text: string) =>
    setTexts((all) => {
      const one = { ...(all[key] ?? {}) };
      if (text === '') delete one[language];
      else one[language] = text;
      return { ...all, [key]: one };
    });
  return (
    <>
      {keys.map((key) => (
        <Panel
          key={key}
          title={words(`settings.text.${key}`) ?? key}
          lead={words(`settings.text.${key}.lead`)}
        >
          <div className={classes.languages}>
            {languages.map((language) => (
              <Textarea
                key={language}
                label={languageName(language)}
                lang={language}
                value={texts[key]?.[language] ?? ''}
                onChange={(event) => set(key, language, event.currentTarget.value)}
                error={texts[key]?.[language] ? undefined : t('settings.text.missing')}
                disabled={!may}
                autosize
                minRows={2}
              />
            ))}
          </div>
        </Panel>
      ))}
      <div className={classes.saveBar}>
        <Button disabled={!may || !changed} onClick={() => setAsking(true)}>
          {t('settings.texts.save')}
        </Button>
        {changed && (
          <Button variant="subtle" color="gray" onClick={() => setTexts(before)}>
            {t('settings.texts.discard')}
          </Button>
        )}
        <span className={panel.small}>
          {may ? t('settings.texts.version', { revision: view.revision }) : t('settings.texts.not_allowed')}
        </span>
      </div>
      {changes.length > 0 && (
        <Panel title={t('settings.texts.saved')}>
          <DiffInWords changes={changes} />
        </Panel>
      )}
      <ReasonDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('settings.texts.save')}
        label={t('parts.reason')}
        confirm={t('settings.texts.save')}
        onConfirm={({ text }) => save.mutateAsync(text)}
      >
        {view.locked ? t('settings.texts.locked') : t('settings.texts.why')}
      </ReasonDialog>
    </>
  );
}

function Revisions({ project }: { project: string }) {
  const query = useQuery(revisions(project));
  return (
    <Panel title={t('settings.revisions')} flush>
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon="plan" title={t('settings.revisions.none')} />
          ) : (
            <Scroll>
              <table className={panel.table}>
                <thead>
                  <tr>
                    <th scope="col" className={panel.number}>
                      {t('settings.revisions.revision')}
                    </th>
                    <th scope="col">{t('settings.revisions.when')}</th>
                    <th scope="col">{t('settings.revisions.who')}</th>
                    <th scope="col">{t('parts.reason')}</th>
                  </tr>
                </thead>
                <tbody>
                  {[...rows].reverse().map((row) => (
                    <tr key={row.revision}>
                      <th scope="row" className={panel.number}>
                        {row.revision}
                      </th>
                      <td>{formatMoment(row.at)}</td>
                      <td>{row.author}</td>
                      <td className={panel.small}>{row.reason || '–'}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )
        }
      </Loaded>
    </Panel>
  );
}
