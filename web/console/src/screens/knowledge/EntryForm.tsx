import { Button, Group, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { t } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { Markdown } from '@/parts/Markdown';
import { Panel } from '@/parts/Panel';
import { useAct } from '@/parts/useAct';
import type { Entry } from './knowledge_queries';
import classes from './knowledge.module.css';

interface Draft {
  question: string;
  answer: string;
  lang: string;
  topic: string;
  tags: string[];
  owner: string;
  review_by: string;
  valid_from: string;
  valid_to: string;
  source_title: string;
  source_locator: string;
  checked_on: string;
}

function draftOf(entry?: Entry): Draft {
  return {
    question: entry?.question ?? '',
    answer: entry?.answer ?? '',
    lang: entry?.lang ?? '',
    topic: entry?.topic ?? '',
    tags: entry?.tags ?? [],
    owner: entry?.owner ?? '',
    review_by: entry?.review_by ?? '',
    valid_from: entry?.valid_from ?? '',
    valid_to: entry?.valid_to ?? '',
    source_title: entry?.source_title ?? '',
    source_locator: entry?.source_locator ?? '',
    checked_on: entry?.checked_on ?? '',
  };
}

const wordsIn = (text: string) => text.split(/\s+/).filter(Boolean).length;

// The fields of an entry. Saving makes a new version as a draft; what visitors get changes only when
// it is approved and published.
export function EntryForm({
  project,
  entry,
  saved,
}: {
  project: string;
  entry?: Entry;
  saved?: (made: Entry) => void;
}) {
  const may = useMay('knowledge.edit');
  const [draft, setDraft] = useState<Draft>(() => draftOf(entry));
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const changed = JSON.stringify(draft) !== JSON.stringify(draftOf(entry));
  const save = useAct(
    async (fields: Draft) => {
      // A language that was left open is the project's own.
      const { lang, ...rest } = fields;
      const body = { ...rest, ...(lang ? { lang } : {}) } as never;
      const done = entry
        ? await api.PUT('/api/v1/projects/{project}/knowledge/entries/{entry}', {
            params: { path: { project, entry: entry.key }, header: { 'If-Match': `"${entry.version}"` } },
            body,
          })
        : await api.POST('/api/v1/projects/{project}/knowledge/entries', { params: { path: { project } }, body });
      return done.data!;
    },
    { changes: [['knowledge', project]], done: (made) => saved?.(made) },
  );
  return (
    <Panel title={t('knowledge.form')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(draft);
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('knowledge.field.question')}
            description={t('knowledge.field.question.help')}
            value={draft.question}
            onChange={(event) => set({ question: event.currentTarget.value })}
            required
          />
          <div className={classes.editing}>
            <Textarea
              label={t('knowledge.field.answer')}
              description={t('knowledge.field.answer.help', { count: wordsIn(draft.answer) })}
              value={draft.answer}
              onChange={(event) => set({ answer: event.currentTarget.value })}
              autosize
              minRows={6}
              required
            />
            <div>
              <p className={classes.previewHead}>{t('knowledge.preview')}</p>
              <div className={classes.preview}>
                {draft.answer.trim() ? (
                  <Markdown text={draft.answer} />
                ) : (
                  <p className={classes.small}>{t('knowledge.preview.empty')}</p>
                )}
              </div>
            </div>
          </div>
          <div className={classes.pair}>
            <TextInput
              label={t('knowledge.field.owner')}
              value={draft.owner}
              onChange={(event) => set({ owner: event.currentTarget.value })}
            />
            <TextInput
              type="date"
              label={t('knowledge.field.review_by')}
              value={draft.review_by}
              onChange={(event) => set({ review_by: event.currentTarget.value })}
            />
            <TextInput
              label={t('knowledge.field.topic')}
              value={draft.topic}
              onChange={(event) => set({ topic: event.currentTarget.value })}
            />
            <TextInput
              label={t('knowledge.field.lang')}
              value={draft.lang}
              placeholder={t('knowledge.field.lang.example')}
              onChange={(event) => set({ lang: event.currentTarget.value })}
            />
          </div>
          <TagsInput
            label={t('knowledge.field.tags')}
            value={draft.tags}
            onChange={(tags) => set({ tags })}
          />
          <div className={classes.pair}>
            <TextInput
              label={t('knowledge.field.source_title')}
              value={draft.source_title}
              onChange={(event) => set({ source_title: event.currentTarget.value })}
            />
            <TextInput
              label={t('knowledge.field.source_locator')}
              value={draft.source_locator}
              onChange={(event) => set({ source_locator: event.currentTarget.value })}
            />
            <TextInput
              type="date"
              label={t('knowledge.field.checked_on')}
              value={draft.checked_on}
              onChange={(event) => set({ checked_on: event.currentTarget.value })}
            />
          </div>
          <div className={classes.pair}>
            <TextInput
              type="date"
              label={t('knowledge.field.valid_from')}
              value={draft.valid_from}
              onChange={(event) => set({ valid_from: event.currentTarget.value })}
            />
            <TextInput
              type="date"
              label={t('knowledge.field.valid_to')}
              value={draft.valid_to}
              onChange={(event) => set({ valid_to: event.currentTarget.value })}
            />
          </div>
          {save.isError && <ErrorState error={save.error} />}
          <Group gap="xs">
            <Button type="submit" disabled={!may || !changed} loading={save.isPending}>
              {t('knowledge.save')}
            </Button>
            {changed && (
              <Button variant="subtle" color="gray" onClick={() => setDraft(draftOf(entry))}>
                {t('knowledge.discard')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
