// The rows of a view. Opening the list marks nothing read; rows keep their places under the pointer.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ConversationPage, ConversationRow, View } from '@/api/desk';
import { languageName, t, words, type TextKey } from '@/i18n';
import { Ago } from '@/parts/Ago';
import { EmptyState } from '@/parts/EmptyState';
import { Icon } from '@/parts/Icon';
import { Loaded } from '@/parts/Loaded';
import plain from '@/parts/plain.module.css';
import { Status } from '@/parts/Status';
import type { Tone } from '@/theme/theme';
import classes from './Inbox.module.css';
import { visitorName } from './visitor_name';

const tones: Record<string, Tone> = {
  draft_waiting: 'attention',
  ai_answering: 'good',
  waiting_for_us: 'attention',
  waiting_for_customer: 'info',
  snoozed: 'unknown',
  closed: 'unknown',
};
const icons = {
  draft_waiting: 'note',
  ai_answering: 'robot',
  waiting_for_us: 'wait',
  waiting_for_customer: 'person',
  snoozed: 'moon',
  closed: 'check',
} as const;

export function Shown({ row }: { row: ConversationRow }) {
  return (
    <Status
      tone={tones[row.shown] ?? 'unknown'}
      icon={icons[row.shown as keyof typeof icons]}
      word={words(`desk.shown.${row.shown}`) ?? row.shown}
    />
  );
}

function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();
}

function Row({ row, selected, open }: { row: ConversationRow; selected: boolean; open: () => void }) {
  return (
    <li>
      <button
        type="button"
        className={classes.row}
        aria-current={selected || undefined}
        data-conversation={row.id}
        onClick={open}
      >
        <span className={classes.rowHead}>
          <span className={classes.visitor}>{visitorName(row.visitor)}</span>
          <span className={classes.age}>
            <Ago at={row.waiting_since ?? row.changed_at} />
          </span>
        </span>
        <span className={classes.firstLine} dir="auto">
          {row.first_line || t('desk.no_text')}
        </span>
        <span className={classes.rowFoot}>
          <Shown row={row} />
          {row.lang && <span>{languageName(row.lang)}</span>}
          {row.confidence && <span>{t(`desk.band.${row.confidence}` as TextKey)}</span>}
          {row.reason && row.owner !== 'ai' && row.status === 'open' && (
            <span>{words(`desk.reason.${row.reason}`) ?? row.reason}</span>
          )}
          {row.staff && <span>{t('desk.staff')}</span>}
          {row.tags.map((tag) => (
            <span key={tag}>{`#${tag}`}</span>
          ))}
          {row.person_name && (
            <span className={classes.initials} title={row.person_name}>
              <span aria-hidden="true">{initials(row.person_name)}</span>
              <span className="unseen">{row.person_name}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

export interface ListProps {
  query: UseQueryResult<ConversationPage>;
  rows: ConversationRow[];
  fresh: number;
  take: () => void;
  hold: (held: boolean) => void;
  selected: string | undefined;
  open: (id: string) => void;
  view: View;
  q: string;
  find: (text: string) => void;
}

export function List(props: ListProps) {
  const { query, rows, fresh, take, hold, selected, open, view, q, find } = props;
  return (
    <section
      className={classes.list}
      aria-label={t(`desk.view.${view}` as TextKey)}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
    >
      <div className={classes.find}>
        <label className={plain.field}>
          <Icon name="search" size={16} />
          <input
            className={plain.input}
            value={q}
            onChange={(event) => find(event.currentTarget.value)}
            placeholder={t('desk.search')}
            aria-label={t('desk.search')}
          />
        </label>
      </div>
      <div role="status">
        {fresh > 0 && (
          <button type="button" className={classes.pill} onClick={take}>
            {t('desk.fresh', { count: fresh })}
          </button>
        )}
      </div>
      <Loaded query={query} lines={6}>
        {() =>
          rows.length === 0 ? (
            <EmptyState icon={view === 'needs_you' ? 'check' : 'inbox'} title={t(`desk.empty.${view}` as TextKey)}>
              {q ? t('desk.empty.search') : t('desk.empty.lead')}
            </EmptyState>
          ) : (
            <ul className={classes.rows}>
              {rows.map((row) => (
                <Row
                  key={row.id}
                  row={row}
                  selected={row.id === selected}
                  open={() => open(row.id)}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
