import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { t } from '@/i18n';
import { ErrorState } from './ErrorState';
import classes from './panel.module.css';
import plain from './plain.module.css';

// What a query shows: grey lines while it loads, the refusal with a way to try again, or its data.
// Data that is there stays on screen while it is fetched anew.
export function Loaded<Data>({
  query,
  lines = 4,
  children,
}: {
  query: UseQueryResult<Data, Error>;
  lines?: number;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError)
    return (
      <div className={classes.pad}>
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  return (
    <div className={classes.pad} role="status" aria-label={t('common.loading')}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} className={plain.grey} style={{ width: `${92 - ((i * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
