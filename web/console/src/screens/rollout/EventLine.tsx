import { useQuery } from '@tanstack/react-query';
import { useMay } from '@/api/session';
import { formatMoment, t, words } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { Loaded } from '@/parts/Loaded';
import { Panel } from '@/parts/Panel';
import { rolloutEvents, type AuditRow } from './rollout_queries';
import classes from './rollout.module.css';

function bodyOf(row: AuditRow): Record<string, unknown> {
  return row.detail ?? {};
}

function said(row: AuditRow): string {
  const body = bodyOf(row);
  const text = (name: string) => String(body[name] ?? '');
  const params = {
    from: text('from') || t('rollout.event.nobody'),
    to: text('to') || text('stage') || t('rollout.event.nobody'),
    stage: text('stage'),
    cause: text('cause'),
    metric: text('metric'),
    gate: text('gate'),
    phase: words(`phase.${text('to')}`) ?? text('to'),
  };
  return words(`rollout.event.${row.kind}`, params) ?? row.kind;
}

// What moved the rollout, newest first: who did it and why.
export function EventLine({ project }: { project: string }) {
  const may = useMay('audit.read');
  const query = useQuery({ ...rolloutEvents(project), enabled: may });
  if (!may) return null;
  return (
    <Panel title={t('rollout.events')}>
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon="rollout" title={t('rollout.events.none')} />
          ) : (
            <ol className={classes.line}>
              {rows.map((row) => (
                <li key={row.seq}>
                  <time dateTime={row.at} className={classes.small}>
                    {formatMoment(row.at)}
                  </time>
                  <div>
                    <p>{said(row)}</p>
                    <p className={classes.small}>
                      {[row.by.kind === 'person' ? row.by.id : words(`monitor.by.${row.by.kind}`), String(bodyOf(row).reason ?? '')]
                        .filter(Boolean)
                        .join(': ')}
                    </p>
                  </div>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Panel>
  );
}
