// Keys with which programs speak to this project. Only the last four signs are ever shown again.
import { Button, Modal, Select, Stack, TextInput, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useMay, useProject } from '@/api/session';
import { formatDate, t, words } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { ReasonDialog } from '@/parts/ReasonDialog';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import { useAct } from '@/parts/useAct';
import { Secret } from './Secret';
import { SettingsTabs } from './SettingsTabs';

type KeyRow = components['schemas']['api_key_row'];

const keys = (project: string) =>
  queryOptions({
    queryKey: ['keys', project],
    queryFn: async () =>
      (await api.GET('/api/v1/projects/{project}/keys', { params: { path: { project } } })).data!.items,
  });

export default function KeysScreen() {
  const project = useProject();
  const may = useMay('keys.sandbox');
  const query = useQuery({ ...keys(project), enabled: may });
  const [making, form] = useDisclosure(false);
  const [secret, setSecret] = useState<string>();
  return (
    <Page
      title={t('settings.keys')}
      lead={t('settings.keys.lead')}
      actions={
        <Button disabled={!may} onClick={form.open}>
          {t('settings.keys.new')}
        </Button>
      }
    >
      <SettingsTabs />
      <Panel title={t('settings.keys.all')} flush>
        {!may ? (
          <EmptyState icon="key" title={t('settings.keys.not_allowed')} />
        ) : (
          <Loaded query={query}>
            {(rows) =>
              rows.length === 0 ? (
                <EmptyState icon="key" title={t('settings.keys.none')}>
                  {t('settings.keys.none.text')}
                </EmptyState>
              ) : (
                <KeyTable rows={rows} project={project} />
              )
            }
          </Loaded>
        )}
      </Panel>
      <NewKey
        project={project}
        opened={making}
        onClose={form.close}
        made={(key) => {
          form.close();
          setSecret(key);
        }}
      />
      <Secret
        title={t('settings.keys.made')}
        secret={secret}
        lead={t('settings.secret.lead')}
        onClose={() => setSecret(undefined)}
      />
    </Page>
  );
}

function KeyTable({ rows, project }: { rows: KeyRow[]; project: string }) {
  return (
    <Scroll>
      <table className={panel.table}>
        <thead>
          <tr>
            <th scope="col">{t('settings.keys.name')}</th>
            <th scope="col">{t('settings.keys.kind')}</th>
            <th scope="col">{t('settings.keys.key')}</th>
            <th scope="col">{t('settings.keys.origins')}</th>
            <th scope="col">{t('settings.keys.made_by')}</th>
            <th scope="col">{t('settings.keys.state')}</th>
            <th scope="col">
              <span className="unseen">{t('settings.act')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.name}</th>
              <td>{words(`settings.keys.kind.${row.kind}`) ?? row.kind}</td>
              <td className={panel.key}>…{row.last4}</td>
              <td className={panel.small}>{row.origins.join(', ') || '–'}</td>
              <td className={panel.small}>
                {row.created_by}, {formatDate(row.created_at)}
              </td>
              <td>
                <KeyState row={row} />
              </td>
              <td>{!row.revoked_at && <Revoke project={project} row={row} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function KeyState({ row }: { row: KeyRow }) {
  if (row.revoked_at) return <Status tone="unknown" word={t('settings.keys.revoked')} />;
  if (row.expires_at && new Date(row.expires_at) < new Date())
    return <Status tone="attention" word={t('settings.keys.expired')} />;
  return (
    <>
      <Status tone="good" word={t('settings.keys.valid')} />
      {row.expires_at && <div className={panel.small}>{t('settings.keys.until', { date: formatDate(row.expires_at) })}</div>}
    </>
  );
}

function Revoke({ project, row }: { project: string; row: KeyRow }) {
  const [opened, dialog] = useDisclosure(false);
  const revoke = useAct(
    (reason: string) =>
      api.DELETE('/api/v1/projects/{project}/keys/{key}', {
        params: { path: { project, key: row.id } },
        body: { reason } as never,
      }),
    { changes: [['keys', project]] },
  );
  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open}>
        {t('settings.keys.revoke')}
        <span className="unseen">: {row.name}</span>
      </Button>
      <ReasonDialog
        opened={opened}
        onClose={dialog.close}
        title={t('settings.keys.revoke.title', { name: row.name })}
        label={t('parts.reason')}
        confirm={t('settings.keys.revoke')}
        danger
        onConfirm={({ text }) => revoke.mutateAsync(text)}
      >
        {t('settings.keys.revoke.what')}
      </ReasonDialog>
    </>
  );
}

function NewKey({
  project,
  opened,
  onClose,
  made,
}: {
  project: string;
  opened: boolean;
  onClose: () => void;
  made: (key: string) => void;
}) {
  const mayLive = useMay('keys.live');
  const [name, setName] = useState('');
  const [kind, setKind] = useState('sandbox');
  const [origins, setOrigins] = useState('');
  const create = useAct(
    async () =>
      (
        await api.POST('/api/v1/projects/{project}/keys', {
          params: { path: { project } },
          body: {
            kind,
            name: name.trim(),
            ...(kind === 'public' ? { origins: origins.split(/\s+/).filter(Boolean) } : {}),
          } as never,
        })
      ).data!,
    {
      changes: [['keys', project]],
      done: (key) => {
        setName('');
        made(key.key ?? '');
      },
    },
  );
  const kinds = ['sandbox', 'live', 'public'].map((one) => ({
    value: one,
    label: words(`settings.keys.kind.${one}`) ?? one,
    disabled: one !== 'sandbox' && !mayLive,
  }));
  return (
    <Modal opened={opened} onClose={onClose} title={t('settings.keys.new')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(undefined);
        }}
      >
        <Stack gap="sm">
          <TextInput
            label={t('settings.keys.name')}
            description={t('settings.keys.name.help')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Select
            label={t('settings.keys.kind')}
            description={words(`settings.keys.kind.${kind}.help`)}
            data={kinds}
            value={kind}
            onChange={(value) => setKind(value ?? 'sandbox')}
            allowDeselect={false}
          />
          {kind === 'public' && (
            <Textarea
              label={t('settings.keys.origins')}
              description={t('settings.keys.origins.help')}
              placeholder={t('settings.keys.origins.example')}
              value={origins}
              onChange={(event) => setOrigins(event.currentTarget.value)}
              autosize
              minRows={2}
            />
          )}
          {create.isError && <ErrorState error={create.error} />}
          <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
            {t('settings.keys.make')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
