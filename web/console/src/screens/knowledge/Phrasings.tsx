import { Button, TextInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '@/api/client';
import { useMay } from '@/api/session';
import { t } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { Panel } from '@/parts/Panel';
import { useAct } from '@/parts/useAct';
import type { Entry } from './knowledge_queries';
import classes from './knowledge.module.css';

interface Suggestion {
  id: string;
  entry: string;
  text: string;
}

const suggested = (project: string) =>
  queryOptions({
    queryKey: ['knowledge', project, 'suggested'],
    queryFn: async () =>
      (
        await answer<{ items: Suggestion[] }>(
          api.GET('/api/v1/projects/{project}/knowledge/phrasings', {
            params: { path: { project }, query: { state: 'suggested' } as never },
          }),
        )
      ).items,
  });

// Other ways visitors ask for this: accepted wordings, and those seen in traffic to take or leave.
export function Phrasings({ project, entry }: { project: string; entry: Entry }) {
  const may = useMay('knowledge.edit');
  const [text, setText] = useState('');
  const query = useQuery(suggested(project));
  const changes = [['knowledge', project]];
  const add = useAct(
    (wording: string) =>
      api.POST('/api/v1/projects/{project}/knowledge/phrasings', {
        params: { path: { project } },
        body: { entry: entry.key, text: wording } as never,
      }),
    { changes, done: () => setText('') },
  );
  const decide = useAct(
    ({ id, take }: { id: string; take: boolean }) => {
      const path = { params: { path: { project, phrasing: id } }, body: {} as never };
      return take
        ? api.POST('/api/v1/projects/{project}/knowledge/phrasings/{phrasing}/accept', path)
        : api.POST('/api/v1/projects/{project}/knowledge/phrasings/{phrasing}/reject', path);
    },
    { changes },
  );
  const open = query.data?.filter((one) => one.entry === entry.key) ?? [];
  return (
    <Panel
      title={t('knowledge.phrasings')}
      lead={t('knowledge.phrasings.lead')}
      aside={t('knowledge.phrasings.count', { count: entry.phrasings.length })}
    >
      <ul className={classes.phrasings}>
        {entry.phrasings.map((one) => (
          <li key={one.id}>
            <span>{one.text}</span>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              disabled={!may}
              onClick={() => decide.mutate({ id: one.id, take: false })}
            >
              {t('knowledge.phrasings.remove')}
              <span className="unseen">: {one.text}</span>
            </Button>
          </li>
        ))}
      </ul>
      {open.length > 0 && (
        <>
          <h3 className={classes.subhead}>{t('knowledge.phrasings.suggested')}</h3>
          <ul className={classes.phrasings}>
            {open.map((one) => (
              <li key={one.id}>
                <span>{one.text}</span>
                <span>
                  <Button size="compact-xs" variant="light" disabled={!may} onClick={() => decide.mutate({ id: one.id, take: true })}>
                    {t('knowledge.phrasings.accept')}
                    <span className="unseen">: {one.text}</span>
                  </Button>{' '}
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    disabled={!may}
                    onClick={() => decide.mutate({ id: one.id, take: false })}
                  >
                    {t('knowledge.phrasings.reject')}
                    <span className="unseen">: {one.text}</span>
                  </Button>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {decide.isError && <ErrorState error={decide.error} />}
      <form
        className={classes.addRow}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) add.mutate(text.trim());
        }}
      >
        <TextInput
          label={t('knowledge.phrasings.new')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!may || text.trim() === ''} loading={add.isPending}>
          {t('knowledge.phrasings.add')}
        </Button>
      </form>
      {add.isError && (
        <div className={classes.gap}>
          <ErrorState error={add.error} />
        </div>
      )}
    </Panel>
  );
}
