// Password first, then the code where the person has a second factor.
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { answer, api } from '@/api/client';
import { t } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { Gateway } from '@/parts/Gateway';
import { useTitle } from '@/shell/title';

// Only ways inside the console; never another site.
function inside(next: string | null): string {
  return next && /^\/(?!\/)/.test(next) && !next.startsWith('/sign-in') ? next : '/';
}

export default function SignIn() {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [search] = useSearchParams();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [step, setStep] = useState<'password' | 'code'>('password');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>();

  useTitle(t('sign_in.title'));

  const send = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      const done =
        step === 'password'
          ? await answer<{ next: string }>(api.POST('/api/v1/session', { body: { email, password } }))
          : await answer<{ next: string }>(api.POST('/api/v1/session/totp', { body: { code: code.trim() } }));
      if (done.next === 'totp') {
        setStep('code');
      } else {
        client.clear();
        go(inside(search.get('next')), { replace: true });
      }
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Gateway title={step === 'password' ? t('sign_in.title') : t('code.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack gap={12}>
          {step === 'password' ? (
            <>
              <TextInput
                label={t('sign_in.email')}
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
                autoComplete="username"
                autoFocus
                required
              />
              <PasswordInput
                label={t('sign_in.password')}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                autoComplete="current-password"
                visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show_password') }}
                required
              />
            </>
          ) : (
            <TextInput
              label={t('code.label')}
              description={t('code.recovery_too')}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              autoComplete="one-time-code"
              autoFocus
              required
            />
          )}
          {failed !== undefined && <ErrorState error={failed} />}
          <Button type="submit" loading={busy} fullWidth>
            {t('sign_in.enter')}
          </Button>
        </Stack>
      </form>
    </Gateway>
  );
}
