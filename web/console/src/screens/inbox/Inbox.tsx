// Views, list, conversation, context. The view and the search stand in the URL, the open
// conversation in its path.
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useLocation, useParams, useSearchParams } from 'wouter';
import { conversationQuery, conversationsQuery, views, type View } from '@/api/desk';
import { useProject } from '@/api/session';
import { t } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { inQuiet } from '@/parts/Later';
import { Loaded } from '@/parts/Loaded';
import { useKeys } from '@/shell/keys';
import { useTitle } from '@/shell/title';
import classes from './Inbox.module.css';
import { List } from './List';
import { useStableRows, withOpen } from './stable_rows';
import { Views } from './Views';

const paneCode = () => import('./ConversationPane');
const ConversationPane = lazy(paneCode);

export function Inbox() {
  const project = useProject();
  const { conversation } = useParams<{ conversation?: string }>();
  const [search, setSearch] = useSearchParams();
  const [, go] = useLocation();
  const [held, setHeld] = useState(false);
  const wanted = search.get('view');
  const view: View = views.find((one) => one === wanted) ?? 'needs_you';
  const q = search.get('q') ?? '';
  const query = useQuery(conversationsQuery(project, view, q));
  const { rows, fresh, take } = useStableRows(
    query.data?.items ?? [],
    query.data ? `${view} ${q}` : 'loading',
    held,
    conversation,
  );

  const inFront = useQuery({
    ...conversationQuery(project, conversation ?? ''),
    enabled: conversation !== undefined,
  });

  useTitle(t('nav.inbox'));
  // The pane is not needed to choose a row; it comes while somebody reads the list.
  useEffect(() => inQuiet(() => void paneCode().catch(() => undefined)), []);

  const words = search.toString();
  const open = (id: string | undefined) =>
    go(id ? `/desk/${id}${words && `?${words}`}` : `/desk${words && `?${words}`}`);
  const at = rows.findIndex((row) => row.id === conversation);
  const step = (by: number) => {
    const next = rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) open(next.id);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    n: () => open((rows.find((row, i) => i > at && row.waiting_on === 'us') ?? rows[0])?.id),
    Escape: () => conversation && open(undefined),
  });

  return (
    <div className={classes.inbox} data-open={conversation !== undefined || undefined} data-ready={query.isSuccess || undefined}>
      <h1 className="unseen">{t('nav.inbox')}</h1>
      <Views
        view={view}
        counts={query.data?.counts}
        choose={(next) => setSearch(next === 'needs_you' ? {} : { view: next })}
      />
      <List
        query={query}
        rows={withOpen(rows, inFront.data?.conversation)}
        fresh={fresh}
        take={take}
        hold={setHeld}
        selected={conversation}
        open={open}
        view={view}
        q={q}
        find={(text) =>
          setSearch(
            {
              ...(view === 'needs_you' ? {} : { view }),
              ...(text ? { q: text } : {}),
            },
            { replace: true },
          )
        }
      />
      {conversation ? (
        <Suspense
          fallback={
            <section className={classes.pane} aria-label={t('desk.conversation')}>
              <Loaded query={inFront} lines={5}>{() => null}</Loaded>
            </section>
          }
        >
          <ConversationPane key={conversation} id={conversation} close={() => open(undefined)} />
        </Suspense>
      ) : (
        <section className={classes.nothing} aria-label={t('desk.conversation')}>
          <EmptyState icon="inbox" title={t('desk.choose')}>
            {t('desk.choose.lead')}
          </EmptyState>
        </section>
      )}
    </div>
  );
}
