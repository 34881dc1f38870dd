// Enrolling an authenticator: scan or type the secret, prove it with a code, keep the recovery codes.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '@/api/client';
import { usePlace } from '@/api/session';
import { t } from '@/i18n';
import { Card } from '@/parts/Card';
import { ErrorState } from '@/parts/ErrorState';
import { Status } from '@/parts/Status';
import { QrCode } from './QrCode';
import classes from './Profile.module.css';

interface Secret {
  secret: string;
  uri: string;
}

const inFours = (secret: string) => secret.replace(/(.{4})/g, '$1 ').trim();

function RecoveryCodes({ codes }: { codes: string[] }) {
  return (
    <Stack gap={8}>
      <Text size="sm">{t('profile.codes.keep')}</Text>
      <ul className={classes.codes}>
        {codes.map((one) => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ul>
    </Stack>
  );
}

export function SecondFactor() {
  const { session } = usePlace();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const [codes, setCodes] = useState<string[]>();
  const enrolled = session.second_factor?.enrolled ?? false;
  const again = () => client.invalidateQueries({ queryKey: ['session'] });

  const begin = useMutation({
    mutationFn: () => answer<Secret>(api.POST('/api/v1/me/totp', { body: {} })),
  });
  const confirm = useMutation({
    mutationFn: () =>
      answer<{ recovery_codes: string[] }>(
        api.POST('/api/v1/me/totp/confirm', { body: { code: code.trim() } }),
      ),
    onSuccess: (done) => {
      setCodes(done.recovery_codes);
      begin.reset();
      return again();
    },
  });
  const renew = useMutation({
    mutationFn: () => answer<{ recovery_codes: string[] }>(api.POST('/api/v1/me/recovery', { body: {} })),
    onSuccess: (done) => {
      setCodes(done.recovery_codes);
      return again();
    },
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/me/totp'),
    onSuccess: () => {
      setCodes(undefined);
      return again();
    },
  });
  const failed = begin.error ?? confirm.error ?? renew.error ?? remove.error;

  return (
    <Card
      title={t('profile.factor')}
      aside={
        <Status
          tone={enrolled ? 'good' : 'attention'}
          word={enrolled ? t('profile.factor.on') : t('profile.factor.off')}
        />
      }
    >
      <Stack gap={12}>
        <Text size="sm" c="var(--soft-ink)">
          {enrolled
            ? t('profile.factor.left', { count: session.second_factor?.recovery_codes_left ?? 0 })
            : t('profile.factor.why')}
        </Text>
        {codes && <RecoveryCodes codes={codes} />}
        {begin.data && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              confirm.mutate();
            }}
          >
            <div className={classes.enrol}>
              <QrCode text={begin.data.uri} label={t('profile.factor.qr')} />
              <Stack gap={10}>
                <Text size="sm">{t('profile.factor.scan')}</Text>
                <code className={classes.secret}>{inFours(begin.data.secret)}</code>
                <TextInput
                  label={t('code.label')}
                  value={code}
                  onChange={(event) => setCode(event.currentTarget.value)}
                  autoComplete="one-time-code"
                  inputMode="numeric"
                  maw={180}
                />
                <Group>
                  <Button type="submit" loading={confirm.isPending} disabled={code.trim().length < 6}>
                    {t('profile.factor.confirm')}
                  </Button>
                </Group>
              </Stack>
            </div>
          </form>
        )}
        {failed && <ErrorState error={failed} />}
        <Group gap={8}>
          {!enrolled && !begin.data && (
            <Button onClick={() => begin.mutate()} loading={begin.isPending}>
              {t('profile.factor.begin')}
            </Button>
          )}
          {enrolled && (
            <>
              <Button variant="default" onClick={() => renew.mutate()}>
                {t('profile.codes.renew')}
              </Button>
              <Button variant="default" onClick={() => remove.mutate()}>
                {t('profile.factor.remove')}
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
