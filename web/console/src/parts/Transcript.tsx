// A conversation as it was said. Everything a visitor or a model wrote is text and nothing else;
// addresses in it become links that show where they lead.
import { useEffect, useRef, type ReactNode } from 'react';
import type { Message } from '@/api/desk';
import { formatDate, formatTime, t, words } from '@/i18n';
import { Icon } from './Icon';
import { SourceChip } from './SourceChip';
import { Status } from './Status';
import classes from './Transcript.module.css';

const address = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)]/g;

export function WithLinks({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const found of text.matchAll(address)) {
    let host: string;
    try {
      host = new URL(found[0]).host;
    } catch {
      continue;
    }
    parts.push(text.slice(from, found.index));
    parts.push(
      <a key={found.index} href={found[0]} target="_blank" rel="noopener noreferrer nofollow">
        {found[0]}
      </a>,
      <span key={`${found.index} host`} className={classes.host}>{` (${host})`}</span>,
    );
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return <>{parts}</>;
}

function speaker(message: Message, visitor: string): string {
  if (message.author === 'visitor') return visitor;
  if (message.author === 'ai') return t('desk.by_ai');
  if (message.author === 'person') return message.author_name || message.author_id;
  return t('desk.by_system');
}

function Bubble({ message, visitor }: { message: Message; visitor: string }) {
  if (message.kind === 'notice' && !message.staff_only)
    return (
      <li className={classes.notice}>
        <WithLinks text={message.text} /> · {formatTime(message.at)}
      </li>
    );
  return (
    <li className={classes.row} data-author={message.author} data-note={message.staff_only || undefined}>
      <div className={classes.head}>
        <span className={classes.name}>{speaker(message, visitor)}</span>
        {message.author === 'ai' && <Icon name="robot" size={14} />}
        {message.staff_only && <Status tone="attention" icon="note" word={t('desk.note')} />}
        {message.drafted && <span>{t('desk.from_draft')}</span>}
        {message.author === 'ai' && message.approved_by_name && (
          <span>{t('desk.approved_by', { name: message.approved_by_name })}</span>
        )}
        <time dateTime={message.at}>{formatTime(message.at)}</time>
      </div>
      <div className={classes.bubble} dir="auto">
        <WithLinks text={message.text} />
      </div>
      {message.choices.length > 0 && (
        <ul className={classes.chips} aria-label={t('desk.choices')}>
          {message.choices.map((choice) => (
            <li key={choice.key} className={classes.choice}>
              {choice.question}
            </li>
          ))}
        </ul>
      )}
      {message.sources.length > 0 && (
        <div className={classes.chips}>
          {message.sources.map((source, at) => (
            <SourceChip key={at} source={source} />
          ))}
        </div>
      )}
      {message.thumb && (
        <Status
          tone={message.thumb === 'up' ? 'good' : 'bad'}
          word={words(`desk.thumb.${message.thumb}`) ?? message.thumb}
        />
      )}
    </li>
  );
}

export interface TranscriptProps {
  messages: Message[];
  visitor: string;
  children?: ReactNode; // what is on its way
}

export function Transcript({ messages, visitor, children }: TranscriptProps) {
  const box = useRef<HTMLDivElement>(null);
  const last = messages.at(-1)?.seq ?? 0;
  // The newest message stays in sight: when it comes, and when a draft takes some of the room.
  useEffect(() => {
    const here = box.current;
    if (!here) return undefined;
    const toEnd = () => here.scrollTo({ top: here.scrollHeight });
    toEnd();
    const watch = new ResizeObserver(toEnd);
    watch.observe(here);
    return () => watch.disconnect();
  }, [last]);
  let day = '';
  return (
    <div ref={box} className={classes.scroll} role="log" aria-label={t('desk.transcript')} tabIndex={0}>
      <ol className={classes.list}>
        {messages.map((message) => {
          const its = formatDate(message.at);
          const fresh = its !== day;
          day = its;
          return [
            fresh && (
              <li key={its} className={classes.day}>
                {its}
              </li>
            ),
            <Bubble key={message.id} message={message} visitor={visitor} />,
          ];
        })}
        {children}
      </ol>
    </div>
  );
}
