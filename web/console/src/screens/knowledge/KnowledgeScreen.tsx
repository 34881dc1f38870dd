// What the assistant may say: every entry with its state, how often visitors asked for it, how
// often it was right, who looks after it, and when it must be checked again.
import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useMay, useProject } from '@/api/session';
import { formatDate, formatNumber, t } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { RangeBar } from '@/parts/RangeBar';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import { entryState, entryTone, rightWords } from './entry_words';
import { entries, type Entry } from './knowledge_queries';
import { ReleaseNote } from './ReleaseNote';
import { TestBox } from './TestBox';
import classes from './knowledge.module.css';

const states = ['live', 'approved', 'draft', 'stale', 'withdrawn', 'retired'] as const;

export default function KnowledgeScreen() {
  const project = useProject();
  const may = useMay('knowledge.edit');
  const [search, setSearch] = useSearchParams();
  const [q, setQ] = useState(search.get('q') ?? '');
  const [asked] = useDebouncedValue(q.trim(), 200);
  const state = search.get('state') ?? '';
  const query = useQuery({ ...entries(project, asked), placeholderData: keepPreviousData });
  const keep = (name: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  return (
    <Page
      wide
      title={t('knowledge.title')}
      lead={t('knowledge.lead')}
      actions={
        <>
          <Button component={Link} href="/knowledge/releases" variant="default">
            {t('knowledge.releases')}
          </Button>
          <Button component={Link} href="/knowledge/import" variant="default" disabled={!may}>
            {t('knowledge.import')}
          </Button>
          <Button component={Link} href="/knowledge/new" disabled={!may}>
            {t('knowledge.new')}
          </Button>
        </>
      }
    >
      <ReleaseNote project={project} />
      <div className={panel.split}>
        <Panel
          title={t('knowledge.entries')}
          aside={query.data && t('knowledge.count', { count: query.data.length })}
          flush
        >
          <div className={classes.filters}>
            <TextInput
              type="search"
              aria-label={t('knowledge.search')}
              placeholder={t('knowledge.search')}
              value={q}
              onChange={(event) => {
                setQ(event.currentTarget.value);
                keep('q', event.currentTarget.value);
              }}
            />
            <Select
              aria-label={t('knowledge.column.state')}
              placeholder={t('knowledge.every_state')}
              data={states.map((one) => ({ value: one, label: entryState(one) }))}
              value={state || null}
              onChange={(value) => keep('state', value ?? '')}
              clearable
            />
          </div>
          <Loaded query={query} lines={10}>
            {(all) => {
              const shown = all.filter((one) => (state ? one.state === state : one.state !== 'retired'));
              if (all.length === 0 && !asked)
                return (
                  <EmptyState
                    icon="knowledge"
                    title={t('knowledge.empty')}
                    action={
                      <Button component={Link} href="/knowledge/import">
                        {t('knowledge.import')}
                      </Button>
                    }
                  >
                    {t('knowledge.empty.text')}
                  </EmptyState>
                );
              if (shown.length === 0)
                return (
                  <EmptyState icon="search" title={t('knowledge.nothing')}>
                    {t('knowledge.nothing.text')}
                  </EmptyState>
                );
              return <EntryTable rows={shown} />;
            }}
          </Loaded>
        </Panel>
        <div className={classes.sticky}>
          <TestBox project={project} />
        </div>
      </div>
    </Page>
  );
}

function EntryTable({ rows }: { rows: Entry[] }) {
  return (
    <Scroll>
      <table className={panel.table}>
        <thead>
          <tr>
            <th scope="col">{t('knowledge.column.question')}</th>
            <th scope="col">{t('knowledge.column.state')}</th>
            <th scope="col" className={panel.number}>
              {t('knowledge.column.asked')}
            </th>
            <th scope="col" className={classes.roomy}>
              {t('knowledge.column.right')}
            </th>
            <th scope="col" className={classes.roomy}>
              {t('knowledge.column.owner')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" className={classes.question}>
                <Link href={`/knowledge/entry/${encodeURIComponent(row.key)}`}>{row.question}</Link>
              </th>
              <td>
                <Status tone={entryTone(row.state)} word={entryState(row.state)} />
              </td>
              <td className={panel.number}>{formatNumber(row.usage?.asked ?? 0)}</td>
              <td className={`${classes.right} ${classes.roomy}`}>
                <span className={panel.small}>{rightWords(row)}</span>
                {row.usage && row.usage.labelled > 0 && (
                  <RangeBar
                    value={row.usage.right / row.usage.labelled}
                    lower={row.usage.lower}
                    upper={row.usage.upper}
                    tone="info"
                    label={rightWords(row)}
                  />
                )}
              </td>
              <td className={`${panel.small} ${classes.roomy}`}>
                {row.owner || row.approved_by || '–'}
                {row.review_by && <div>{t('knowledge.review', { date: formatDate(row.review_by) })}</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
