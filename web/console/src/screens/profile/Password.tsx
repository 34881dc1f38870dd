// Another password; all other sessions end with it.
import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { t } from '@/i18n';
import { Card } from '@/parts/Card';
import { ErrorState } from '@/parts/ErrorState';

export function Password() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: () => api.POST('/api/v1/me/password', { body: { current, password } }),
    onSuccess: () => {
      setCurrent('');
      setPassword('');
    },
  });
  const toggle = { 'aria-label': t('sign_in.show_password') };
  return (
    <Card title={t('profile.password')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Stack gap={12} maw={360}>
          <PasswordInput
            label={t('profile.password.current')}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            autoComplete="current-password"
            visibilityToggleButtonProps={toggle}
          />
          <PasswordInput
            label={t('profile.password.new')}
            description={t('first_run.password_rule')}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="new-password"
            visibilityToggleButtonProps={toggle}
          />
          {change.isError && <ErrorState error={change.error} />}
          {change.isSuccess && (
            <Text size="sm" role="status">
              {t('profile.password.done')}
            </Text>
          )}
          <div>
            <Button type="submit" loading={change.isPending} disabled={!current || !password}>
              {t('profile.password.change')}
            </Button>
          </div>
        </Stack>
      </form>
    </Card>
  );
}
