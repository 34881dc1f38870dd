// What a person wants to know beside the transcript.
import { Loader, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { answer, api } from '@/api/client';
import type { Conversation } from '@/api/desk';
import { useMay, useProject } from '@/api/session';
import { formatDate, formatShare, languageName, t, words } from '@/i18n';
import type { ConversationActs } from './actions';
import classes from './Inbox.module.css';

interface Asked {
  outcome: string;
  top: { key: string; question: string; score: number }[];
}

function Nearest({ text, lang }: { text: string; lang: string }) {
  const project = useProject();
  const asked = useQuery({
    queryKey: ['knowledge', project, 'nearest', text, lang],
    queryFn: () =>
      answer<Asked>(
        api.POST('/api/v1/projects/{project}/knowledge/ask', {
          params: { path: { project } },
          body: { text, ...(lang ? { lang } : {}) },
        }),
      ),
    staleTime: 60_000,
  });
  if (asked.isPending) return <Loader size="xs" aria-label={t('common.loading')} />;
  if (!asked.data || asked.data.top.length === 0) return <p className={classes.age}>{t('desk.nearest.none')}</p>;
  return (
    <ol className={classes.nearest}>
      {asked.data.top.slice(0, 3).map((one) => (
        <li key={one.key}>
          <span>{one.question}</span>
          <span className={classes.number}>{formatShare(one.score)}</span>
        </li>
      ))}
    </ol>
  );
}

export function ContextDrawer({ data, acts }: { data: Conversation; acts: ConversationActs }) {
  const { conversation: row, context } = data;
  const may = useMay('desk.work');
  const question = data.messages.findLast((one) => one.author === 'visitor')?.text;
  return (
    <div className={classes.context}>
      <dl className={classes.about}>
        <dt>{t('desk.about.channel')}</dt>
        <dd>{words(`desk.channel.${row.channel}`) ?? row.channel}</dd>
        <dt>{t('desk.about.language')}</dt>
        <dd>{row.lang ? languageName(row.lang) : t('desk.about.unknown')}</dd>
        <dt>{t('desk.about.consent')}</dt>
        <dd>{context.consent ? t('desk.about.consent.given') : t('desk.about.consent.none')}</dd>
        {row.reason && (
          <>
            <dt>{t('desk.about.reason')}</dt>
            <dd>{words(`desk.reason.${row.reason}`) ?? row.reason}</dd>
          </>
        )}
        {row.stage && (
          <>
            <dt>{t('desk.about.stage')}</dt>
            <dd>{row.stage}</dd>
          </>
        )}
        {row.variant && (
          <>
            <dt>{t('desk.about.variant')}</dt>
            <dd>
              <code>{row.variant.slice(0, 12)}</code>
            </dd>
          </>
        )}
      </dl>
      <TagsInput
        label={t('desk.tags')}
        value={row.tags}
        onChange={(tags) => acts.tag.mutate(tags)}
        disabled={!may}
        maxTags={16}
        dropdownOpened={false}
        size="xs"
      />
      <section>
        <h3 className={classes.contextTitle}>{t('desk.nearest')}</h3>
        {question ? <Nearest text={question} lang={row.lang} /> : <p className={classes.age}>{t('desk.nearest.none')}</p>}
      </section>
      <section>
        <h3 className={classes.contextTitle}>{t('desk.past')}</h3>
        {context.past.length === 0 ? (
          <p className={classes.age}>{t('desk.past.none')}</p>
        ) : (
          <ul className={classes.nearest}>
            {context.past.map((one) => (
              <li key={one.id}>
                <Link href={`/desk/${one.id}`}>{one.first_line}</Link>
                <span className={classes.age}>{formatDate(one.changed_at)}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
