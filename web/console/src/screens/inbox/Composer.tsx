// Where staff write. The first key of a reply claims the conversation, so that the AI stays silent
// from then on; Escape in the empty field within 5 s undoes that. A text is never lost: what the
// server refuses comes back.
import { Button, Kbd, SegmentedControl, Textarea } from '@mantine/core';
import { forwardRef, useImperativeHandle, useRef, useState, type KeyboardEvent } from 'react';
import { answer, api } from '@/api/client';
import type { ConversationRow } from '@/api/desk';
import { useProject } from '@/api/session';
import { t } from '@/i18n';
import { Icon } from '@/parts/Icon';
import type { ConversationActs } from './actions';
import { Canned } from './Canned';
import classes from './Inbox.module.css';

export interface ComposerHandle {
  focus: (tab: 'reply' | 'note') => void;
  put: (text: string) => void;
  edit: (draft: string, text: string) => void;
  hasText: () => boolean;
}

export interface ComposerProps {
  row: ConversationRow;
  mine: boolean;
  lastSeq: number;
  question: string; // of the visitor, last
  acts: ConversationActs;
  send: (text: string, ifSeq: number) => Promise<void>;
  approve: (text: string) => void;
  askToTakeOver: () => void;
  onFault: (error: unknown) => void;
}

const undoWithin = 5000;

export const Composer = forwardRef<ComposerHandle, ComposerProps>(function Composer(props, ref) {
  const { row, mine, lastSeq, question, acts, send, approve, askToTakeOver, onFault } = props;
  const project = useProject();
  const field = useRef<HTMLTextAreaElement>(null);
  const [tab, setTab] = useState<'reply' | 'note'>('reply');
  const [text, setText] = useState('');
  const [draft, setDraft] = useState<string>(); // the draft that is being edited
  const claimed = useRef<{ at: number; from: ConversationRow['owner'] } | undefined>(undefined);
  const claiming = useRef(false);

  const focus = () => setTimeout(() => field.current?.focus());
  useImperativeHandle(ref, () => ({
    focus: (next) => {
      setTab(next);
      focus();
    },
    put: (given) => {
      setText((now) => now || given);
      focus();
    },
    edit: (id, given) => {
      setTab('reply');
      setDraft(id);
      setText(given);
      focus();
    },
    hasText: () => text !== '',
  }));

  const claim = () => {
    if (mine || claiming.current || tab === 'note' || draft !== undefined) return;
    if (row.owner === 'person') {
      askToTakeOver();
      return;
    }
    claiming.current = true;
    acts.claim
      .mutateAsync({ epoch: row.epoch })
      .then(() => {
        claimed.current = { at: Date.now(), from: row.owner };
      })
      .catch(onFault)
      .finally(() => {
        claiming.current = false;
      });
  };

  const write = (next: string) => {
    if (text === '' && next !== '') claim();
    setText(next);
  };

  const submit = async () => {
    const given = text.trim();
    if (given === '') return;
    onFault(undefined);
    if (tab === 'reply' && draft !== undefined) {
      setDraft(undefined);
      setText('');
      approve(given);
      return;
    }
    setText('');
    try {
      if (tab === 'note') await acts.note.mutateAsync(given);
      else await send(given, lastSeq);
    } catch (error) {
      setText((now) => now || given);
      onFault(error);
    }
  };

  const undoClaim = () => {
    const was = claimed.current;
    claimed.current = undefined;
    if (!was || !mine || Date.now() - was.at > undoWithin) return;
    const back = was.from === 'ai' ? acts.giveBack.mutateAsync(row.epoch) : acts.release.mutateAsync(undefined);
    back.catch(onFault);
  };

  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (text === '') undoClaim();
      setDraft(undefined);
      field.current?.blur();
    }
  };

  const suggest = async () => {
    try {
      const found = await answer<{ outcome: string; text: string }>(
        api.POST('/api/v1/projects/{project}/knowledge/ask', {
          params: { path: { project } },
          body: { text: question, ...(row.lang ? { lang: row.lang } : {}) },
        }),
      );
      if (found.text) write(found.text);
      focus();
    } catch (error) {
      onFault(error);
    }
  };

  return (
    <div className={classes.composer} data-tab={tab}>
      <div className={classes.composerHead}>
        <SegmentedControl
          size="xs"
          value={tab}
          onChange={(next) => setTab(next as 'reply' | 'note')}
          data={[
            { value: 'reply', label: t('desk.reply') },
            { value: 'note', label: t('desk.note') },
          ]}
          aria-label={t('desk.reply_or_note')}
        />
        {draft !== undefined && <span className={classes.age}>{t('desk.editing_draft')}</span>}
        {tab === 'reply' && question !== '' && (
          <Button size="compact-xs" variant="subtle" onClick={() => void suggest()}>
            {t('desk.suggest')}
          </Button>
        )}
      </div>
      {tab === 'reply' && text.startsWith('/') && (
        <Canned words={text.slice(1)} lang={row.lang} take={setText} />
      )}
      <Textarea
        ref={field}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={press}
        autosize
        minRows={2}
        maxRows={8}
        aria-label={tab === 'reply' ? t('desk.reply') : t('desk.note')}
        placeholder={tab === 'reply' ? t('desk.reply.placeholder') : t('desk.note.placeholder')}
      />
      <div className={classes.composerFoot}>
        <span className={`${classes.age} ${classes.byKey}`}>
          <Kbd size="xs">{t('desk.send_key')}</Kbd>
        </span>
        <Button
          size="xs"
          onClick={() => void submit()}
          disabled={text.trim() === ''}
          leftSection={<Icon name={tab === 'note' ? 'note' : 'send'} size={14} />}
        >
          {tab === 'note' ? t('desk.note.add') : draft !== undefined ? t('desk.approve_edited') : t('desk.send')}
        </Button>
      </div>
    </div>
  );
});
