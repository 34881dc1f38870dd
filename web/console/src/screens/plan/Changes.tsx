import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatMoment, t } from '@/i18n';
import { DiffInWords } from '@/parts/DiffInWords';
import { EmptyState } from '@/parts/EmptyState';
import { Loaded } from '@/parts/Loaded';
import { Panel } from '@/parts/Panel';
import { diff, revisions, type Revision } from './plan_shape';
import classes from './plan.module.css';

// Two revisions of the plan and what lies between them, in words.
export function Changes({ project }: { project: string }) {
  const query = useQuery(revisions(project));
  return (
    <Panel title={t('plan.changes')} lead={t('plan.changes.lead')}>
      <Loaded query={query}>
        {(rows) =>
          rows.length < 2 ? (
            <EmptyState icon="plan" title={t('plan.changes.none')} />
          ) : (
            <Between project={project} rows={rows} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Between({ project, rows }: { project: string; rows: Revision[] }) {
  const last = rows[rows.length - 1]?.revision ?? 1;
  const [from, setFrom] = useState(Math.max(1, last - 1));
  const [to, setTo] = useState(last);
  const query = useQuery({ ...diff(project, from, to), enabled: from !== to });
  const data = [...rows].reverse().map((row) => ({
    value: String(row.revision),
    label: t('plan.changes.revision', { revision: row.revision, who: row.author, when: formatMoment(row.at) }),
  }));
  return (
    <>
      <div className={classes.between}>
        <Select
          label={t('plan.changes.from')}
          data={data}
          value={String(from)}
          onChange={(value) => setFrom(Number(value ?? from))}
          allowDeselect={false}
        />
        <Select
          label={t('plan.changes.to')}
          data={data}
          value={String(to)}
          onChange={(value) => setTo(Number(value ?? to))}
          allowDeselect={false}
        />
      </div>
      {from === to ? (
        <p className={classes.small}>{t('plan.changes.same')}</p>
      ) : (
        <Loaded query={query}>
          {(changes) =>
            changes.length === 0 ? (
              <p className={classes.small}>{t('plan.changes.same')}</p>
            ) : (
              <DiffInWords changes={changes} />
            )
          }
        </Loaded>
      )}
    </>
  );
}
