// One conversation: what was said, whose it is, and what to do with it.
import { ActionIcon, Button, Drawer, Menu } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '@/api/client';
import { conversationQuery, type Conversation } from '@/api/desk';
import { useMay, usePlace, useProject } from '@/api/session';
import { formatMoment, t, type TextKey } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { Icon } from '@/parts/Icon';
import { Loaded } from '@/parts/Loaded';
import { ReasonDialog } from '@/parts/ReasonDialog';
import { Transcript } from '@/parts/Transcript';
import { useKeys } from '@/shell/keys';
import { useConversationActs } from './actions';
import { Composer, type ComposerHandle } from './Composer';
import { ContextDrawer } from './ContextDrawer';
import { DraftCard } from './DraftCard';
import classes from './Inbox.module.css';
import { Shown } from './List';
import { useOutgoing } from './outgoing';
import { snoozeChoices } from './snooze';
import { visitorName } from './visitor_name';

const closeReasons = ['solved', 'no_reply', 'spam', 'duplicate'] as const;
const viewingEvery = 20_000;

function useViewing(id: string, typing: () => boolean) {
  const project = useProject();
  const may = useMay('desk.work');
  useEffect(() => {
    if (!may) return undefined;
    const tell = () =>
      void api
        .POST('/api/v1/projects/{project}/desk/conversations/{conversation}/viewing', {
          params: { path: { project, conversation: id } },
          body: { typing: typing() },
        })
        .catch(() => undefined); // the next one may arrive
    tell();
    const timer = setInterval(tell, viewingEvery);
    return () => clearInterval(timer);
  }, [project, id, may, typing]);
}

function Whole({ data, close }: { data: Conversation; close: () => void }) {
  const { conversation: row, messages, draft } = data;
  const { session } = usePlace();
  const me = session.person?.id ?? '';
  const may = useMay('desk.work');
  const acts = useConversationActs(row.id);
  const outgoing = useOutgoing(row.id, messages);
  const composer = useRef<ComposerHandle>(null);
  const [failed, setFailed] = useState<unknown>();
  const [closing, closeDialog] = useDisclosure(false);
  const [taking, takeDialog] = useDisclosure(false);
  const [rejecting, rejectDialog] = useDisclosure(false);
  const [drawer, drawerDialog] = useDisclosure(false);
  const wide = useMediaQuery('(min-width: 1440px)') ?? false;
  const typing = useRef(() => composer.current?.hasText() ?? false);
  useViewing(row.id, typing.current);

  const mine = row.owner === 'person' && row.person === me;
  const others = data.context.viewers.filter((one) => one.person !== me);
  const attempt = (work: Promise<unknown>) => {
    setFailed(undefined);
    return work.catch((error: unknown) => setFailed(error));
  };
  const takeOver = () =>
    row.owner === 'person' && !mine ? takeDialog.open() : attempt(acts.claim.mutateAsync({ epoch: row.epoch }));
  const approve = (text?: string) =>
    draft &&
    attempt(acts.approve.mutateAsync({ draft: draft.id, epoch: row.epoch, ...(text === undefined ? {} : { text }) }));

  useKeys(
    may
      ? {
          r: () => composer.current?.focus('reply'),
          '#': () => composer.current?.focus('note'),
          a: () => void approve(),
          d: () => draft && composer.current?.edit(draft.id, draft.text),
          x: () => draft && rejectDialog.open(),
          t: () => void takeOver(),
          e: closeDialog.open,
          z: () => void attempt(acts.snooze.mutateAsync(snoozeChoices()[1]!.until)),
        }
      : {},
  );

  return (
    <>
      <header className={classes.paneHead}>
        <ActionIcon variant="subtle" className={classes.back} onClick={close} aria-label={t('desk.back')}>
          <Icon name="left" />
        </ActionIcon>
        <div className={classes.who}>
          <h2 className={classes.paneTitle}>{visitorName(row.visitor)}</h2>
          <div className={classes.standing}>
            <Shown row={row} />
            {row.status === 'snoozed' && row.snoozed_until && (
              <span className={classes.age}>{t('desk.until', { moment: formatMoment(row.snoozed_until) })}</span>
            )}
            {row.person_name && <span className={classes.age}>{mine ? t('desk.mine') : row.person_name}</span>}
            {others.map((one) => (
              <span key={one.person} className={classes.age}>
                {one.typing ? t('desk.types', { name: one.name }) : t('desk.looks', { name: one.name })}
              </span>
            ))}
          </div>
        </div>
        {may && (
          <div className={classes.acts}>
            {!mine && (
              <Button size="xs" variant="default" onClick={() => void takeOver()}>
                {t('desk.take_over')}
              </Button>
            )}
            {mine && (
              <Button size="xs" variant="default" onClick={() => void attempt(acts.giveBack.mutateAsync(row.epoch))}>
                {t('desk.give_back')}
              </Button>
            )}
            {row.status !== 'closed' && (
              <Button size="xs" variant="default" onClick={closeDialog.open}>
                {t('desk.close')}
              </Button>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="default" size={30} aria-label={t('desk.more')}>
                  <Icon name="down" size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{t('desk.snooze')}</Menu.Label>
                {snoozeChoices().map((one) => (
                  <Menu.Item key={one.name} onClick={() => void attempt(acts.snooze.mutateAsync(one.until))}>
                    {t(`desk.snooze.${one.name}` as TextKey)}
                  </Menu.Item>
                ))}
                {mine && (
                  <>
                    <Menu.Divider />
                    <Menu.Item onClick={() => void attempt(acts.release.mutateAsync(undefined))}>
                      {t('desk.release')}
                    </Menu.Item>
                  </>
                )}
              </Menu.Dropdown>
            </Menu>
            {!wide && (
              <ActionIcon variant="default" size={30} onClick={drawerDialog.open} aria-label={t('desk.context')}>
                <Icon name="info" size={16} />
              </ActionIcon>
            )}
          </div>
        )}
      </header>
      <div className={classes.paneBody}>
        <div className={classes.talk}>
          <Transcript messages={messages} visitor={visitorName(row.visitor)}>
            {outgoing.waiting.map((one) => (
              <li key={one.client_id} className={classes.sending} role="status">
                <span className={classes.sendingText}>{one.text}</span>
                <span className={classes.sendingFoot}>
                  {one.due ? t('desk.sending_soon') : t('desk.sending')}
                  {one.outbox && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      leftSection={<Icon name="undo" size={14} />}
                      onClick={() =>
                        void attempt(outgoing.undo(one).then((text) => composer.current?.put(text)))
                      }
                    >
                      {t('desk.undo')}
                    </Button>
                  )}
                </span>
              </li>
            ))}
          </Transcript>
          {failed !== undefined && (
            <div className={classes.fault}>
              <ErrorState error={failed} />
            </div>
          )}
          {draft && (
            <DraftCard
              draft={draft}
              may={may}
              approve={() => void approve()}
              edit={() => composer.current?.edit(draft.id, draft.text)}
              reject={rejectDialog.open}
            />
          )}
          {may && (
            <Composer
              ref={composer}
              row={row}
              mine={mine}
              lastSeq={messages.at(-1)?.seq ?? 0}
              question={messages.findLast((one) => one.author === 'visitor')?.text ?? ''}
              acts={acts}
              send={outgoing.send}
              approve={(text) => void approve(text)}
              askToTakeOver={takeDialog.open}
              onFault={setFailed}
            />
          )}
        </div>
        {wide && (
          <aside className={classes.drawer} aria-label={t('desk.context')}>
            <ContextDrawer data={data} acts={acts} />
          </aside>
        )}
      </div>
      <Drawer
        opened={drawer && !wide}
        onClose={drawerDialog.close}
        position="right"
        size={320}
        title={t('desk.context')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <ContextDrawer data={data} acts={acts} />
      </Drawer>
      <ReasonDialog
        opened={closing}
        onClose={closeDialog.close}
        title={t('desk.close.title')}
        choices={closeReasons.map((one) => ({ value: one, label: t(`desk.close.${one}` as TextKey) }))}
        confirm={t('desk.close')}
        onConfirm={({ choice }) => acts.close.mutateAsync(choice)}
      />
      <ReasonDialog
        opened={taking}
        onClose={takeDialog.close}
        title={t('desk.taking.title', { name: row.person_name })}
        confirm={t('desk.take_over')}
        onConfirm={() => acts.claim.mutateAsync({ epoch: row.epoch, force: true })}
      >
        {t('desk.taking.what')}
      </ReasonDialog>
      {draft && (
        <ReasonDialog
          opened={rejecting}
          onClose={rejectDialog.close}
          title={t('desk.reject.title')}
          choices={(['wrong', 'incomplete', 'tone', 'out_of_date', 'not_ours'] as const).map((one) => ({
            value: one,
            label: t(`desk.reject.${one}` as TextKey),
          }))}
          confirm={t('desk.reject')}
          onConfirm={({ choice }) =>
            acts.reject
              .mutateAsync({ draft: draft.id, epoch: row.epoch, reason: choice })
              .then(() => composer.current?.focus('reply'))
          }
        >
          {t('desk.reject.what')}
        </ReasonDialog>
      )}
    </>
  );
}

export default function ConversationPane({ id, close }: { id: string; close: () => void }) {
  const project = useProject();
  const query = useQuery(conversationQuery(project, id));
  return (
    <section className={classes.pane} aria-label={t('desk.conversation')}>
      <Loaded query={query} lines={5}>
        {(data) => <Whole data={data} close={close} />}
      </Loaded>
    </section>
  );
}
