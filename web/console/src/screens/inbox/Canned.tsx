// "/" in the composer: approved answers that fit the words behind it. Canned replies are entries.
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { useProject } from '@/api/session';
import { t } from '@/i18n';
import classes from './Inbox.module.css';

interface Entry {
  key: string;
  question: string;
  answer: string;
}

export interface CannedProps {
  words: string;
  lang: string;
  take: (text: string) => void;
}

export function Canned({ words, lang, take }: CannedProps) {
  const project = useProject();
  const found = useQuery({
    queryKey: ['knowledge', project, 'canned', words, lang],
    queryFn: () =>
      answer<{ items: Entry[] }>(
        api.GET('/api/v1/projects/{project}/knowledge/entries', {
          params: { path: { project }, query: { q: words, limit: '6', ...(lang ? { lang } : {}) } },
        }),
      ),
    placeholderData: (before) => before,
  });
  const items = found.data?.items ?? [];
  return (
    <ul className={classes.canned} aria-label={t('desk.canned')}>
      {items.map((one) => (
        <li key={one.key}>
          <button type="button" className={classes.cannedRow} onClick={() => take(one.answer)}>
            <strong>{one.question}</strong>
            <span>{one.answer}</span>
          </button>
        </li>
      ))}
      {found.isSuccess && items.length === 0 && <li className={classes.age}>{t('desk.canned.none')}</li>}
    </ul>
  );
}
