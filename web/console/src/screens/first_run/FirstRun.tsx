// The one-time link: the first person of a new installation, an invitation, or a new password. The
// link's text stands behind the `#`, so that no log ever holds it.
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { answer, api } from '@/api/client';
import { t } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { Gateway } from '@/parts/Gateway';
import { Loaded } from '@/parts/Loaded';

interface Invitation {
  person: { id: string; name: string; email: string } | null;
  purpose: 'setup' | 'invite';
}

const slug = (name: string) =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);

function Form({ link, invited }: { link: string; invited: Invitation }) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [name, setName] = useState(invited.person?.name ?? '');
  const [email, setEmail] = useState(invited.person?.email ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>();

  const send = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      const id = invited.person?.id ?? slug(name);
      const done = await answer<{ id: string; next?: string }>(
        api.POST('/api/v1/setup', { body: { link, id, name, email, password } }),
      );
      history.replaceState(null, '', window.location.pathname);
      client.clear();
      go(done.next === 'totp' ? '/sign-in' : '/', { replace: true });
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Stack gap={12}>
        <Text size="sm" c="var(--soft-ink)">
          {invited.person ? t('first_run.invited') : t('first_run.lead')}
        </Text>
        <TextInput
          label={t('first_run.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="name"
          autoFocus
          required
        />
        <TextInput
          label={t('first_run.email')}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          autoComplete="username"
          required
        />
        <PasswordInput
          label={t('first_run.password')}
          description={t('first_run.password_rule')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show_password') }}
          required
        />
        {failed !== undefined && <ErrorState error={failed} />}
        <Button type="submit" loading={busy} fullWidth>
          {t('first_run.go')}
        </Button>
      </Stack>
    </form>
  );
}

export default function FirstRun() {
  const link = window.location.hash.slice(1);
  const invited = useQuery({
    queryKey: ['link', link],
    queryFn: () => answer<Invitation>(api.POST('/api/v1/setup/check', { body: { link } })),
    enabled: link !== '',
    staleTime: Infinity,
    retry: false,
  });
  return (
    <Gateway title={t('first_run.title')}>
      {link === '' ? (
        <Text size="sm">{t('first_run.no_link')}</Text>
      ) : (
        <Loaded query={invited}>{(data) => <Form link={link} invited={data} />}</Loaded>
      )}
    </Gateway>
  );
}
