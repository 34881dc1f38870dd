// Who answers for the variants: each provider, its models, and its key, which is never shown again.
import { Button, Modal, PasswordInput, Stack, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useMay } from '@/api/session';
import { formatDate, t, words } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import { useAct } from '@/parts/useAct';
import { SettingsTabs } from './SettingsTabs';
import classes from './settings.module.css';

type ProviderRow = components['schemas']['provider_row'];
interface PriceRow {
  id: string | number;
  provider: string;
  model: string;
  currency: string;
  in: string;
  out: string;
}

const providers = queryOptions({
  queryKey: ['providers'],
  queryFn: async () => (await api.GET('/api/v1/providers')).data!.items,
});

const prices = queryOptions({
  queryKey: ['prices'],
  queryFn: async () => (await answer<{ items: PriceRow[] }>(api.GET('/api/v1/prices'))).items,
});

function modelName(model: unknown): string {
  if (typeof model === 'string') return model;
  const named = model as { name?: string; id?: string };
  return named.name ?? named.id ?? '';
}

export default function ProvidersScreen() {
  const may = useMay('providers.write');
  const query = useQuery({ ...providers, enabled: may });
  return (
    <Page title={t('settings.providers')} lead={t('settings.providers.lead')} actions={may && <Import />}>
      <SettingsTabs />
      {!may ? (
        <EmptyState icon="key" title={t('settings.providers.not_allowed')} />
      ) : (
        <>
          <Panel title={t('settings.providers.all')} flush>
            <Loaded query={query}>
              {(rows) =>
                rows.length === 0 ? (
                  <EmptyState icon="link" title={t('settings.providers.none')}>
                    {t('settings.providers.none.text')}
                  </EmptyState>
                ) : (
                  <ProviderTable rows={rows} />
                )
              }
            </Loaded>
          </Panel>
          <Prices />
        </>
      )}
    </Page>
  );
}

function ProviderTable({ rows }: { rows: ProviderRow[] }) {
  return (
    <Scroll>
      <table className={panel.table}>
        <thead>
          <tr>
            <th scope="col">{t('settings.providers.provider')}</th>
            <th scope="col">{t('settings.providers.kind')}</th>
            <th scope="col">{t('settings.providers.models')}</th>
            <th scope="col">{t('settings.providers.region')}</th>
            <th scope="col">{t('settings.providers.key')}</th>
            <th scope="col">
              <span className="unseen">{t('settings.act')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.id}</th>
              <td>{words(`settings.providers.kind.${row.kind}`) ?? row.kind}</td>
              <td className={panel.small}>{(row.models ?? []).map(modelName).join(', ') || '–'}</td>
              <td className={panel.small}>{row.region ?? '–'}</td>
              <td>
                {row.kind === 'assistant' ? (
                  <Status tone="good" word={t('settings.providers.key.none_needed')} />
                ) : row.credential.set ? (
                  <>
                    <Status tone="good" word={t('settings.providers.key.set', { last4: row.credential.last4 ?? '' })} />
                    <div className={panel.small}>
                      {row.credential.set_by}
                      {row.credential.set_at && `, ${formatDate(row.credential.set_at)}`}
                    </div>
                  </>
                ) : (
                  <Status tone="attention" word={t('settings.providers.key.missing')} />
                )}
              </td>
              <td>{row.kind !== 'assistant' && <SetCredential provider={row} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function SetCredential({ provider }: { provider: ProviderRow }) {
  const [opened, dialog] = useDisclosure(false);
  const [secret, setSecret] = useState('');
  const act = useAct(
    (credential: string) =>
      api.PUT('/api/v1/providers/{provider}/credential', {
        params: { path: { provider: provider.id } },
        body: { credential } as never,
      }),
    {
      changes: [['providers']],
      done: () => {
        setSecret('');
        dialog.close();
      },
    },
  );
  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open}>
        {provider.credential.set ? t('settings.providers.key.change') : t('settings.providers.key.enter')}
        <span className="unseen">: {provider.id}</span>
      </Button>
      <Modal
        opened={opened}
        onClose={dialog.close}
        title={t('settings.providers.key.title', { provider: provider.id })}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            act.mutate(secret.trim());
          }}
        >
          <Stack gap="sm">
            <PasswordInput
              label={t('settings.providers.key')}
              description={t('settings.providers.key.help')}
              value={secret}
              onChange={(event) => setSecret(event.currentTarget.value)}
              autoComplete="off"
              required
              data-autofocus
            />
            {act.isError && <ErrorState error={act.error} />}
            <Button type="submit" loading={act.isPending} disabled={secret.trim() === ''}>
              {t('settings.providers.key.save')}
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

function Import() {
  const [opened, dialog] = useDisclosure(false);
  const [text, setText] = useState('');
  const act = useAct(
    (document: string) => api.PUT('/api/v1/providers', { body: { document, file: 'providers.yaml' } as never }),
    {
      changes: [['providers']],
      done: () => {
        setText('');
        dialog.close();
      },
    },
  );
  return (
    <>
      <Button onClick={dialog.open}>{t('settings.providers.import')}</Button>
      <Modal
        opened={opened}
        onClose={dialog.close}
        size="lg"
        title={t('settings.providers.import')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            act.mutate(text);
          }}
        >
          <Stack gap="sm">
            <Textarea
              label={t('settings.providers.document')}
              description={t('settings.providers.document.help')}
              classNames={{ input: classes.code }}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autosize
              minRows={8}
              maxRows={20}
              spellCheck={false}
              data-autofocus
            />
            {act.isError && <ErrorState error={act.error} />}
            <Button type="submit" loading={act.isPending} disabled={text.trim() === ''}>
              {t('settings.providers.import')}
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

function Prices() {
  const query = useQuery(prices);
  return (
    <Panel title={t('settings.prices')} lead={t('settings.prices.lead')} flush>
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon="tag" title={t('settings.prices.none')}>
              {t('settings.prices.none.text')}
            </EmptyState>
          ) : (
            <Scroll>
              <table className={panel.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('settings.prices.model')}</th>
                    <th scope="col">{t('settings.providers.provider')}</th>
                    <th scope="col" className={panel.number}>
                      {t('settings.prices.in')}
                    </th>
                    <th scope="col" className={panel.number}>
                      {t('settings.prices.out')}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.id}>
                      <th scope="row">{row.model}</th>
                      <td>{row.provider}</td>
                      <td className={panel.number}>
                        {Number(row.in)} {row.currency}
                      </td>
                      <td className={panel.number}>
                        {Number(row.out)} {row.currency}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )
        }
      </Loaded>
    </Panel>
  );
}
