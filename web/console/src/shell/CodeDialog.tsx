// Asks for a code of the second factor when the server wants one before an act.
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Fault } from '@/api/fault';
import { onStepUp } from '@/api/step_up';
import { t } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';

export function CodeDialog() {
  const done = useRef<((proved: boolean) => void) | undefined>(undefined);
  const [opened, setOpened] = useState(false);
  const [code, setCode] = useState('');
  const [failed, setFailed] = useState<unknown>();

  useEffect(
    () =>
      onStepUp(
        () =>
          new Promise<boolean>((resolve) => {
            done.current = resolve;
            setFailed(undefined);
            setCode('');
            setOpened(true);
          }),
      ),
    [],
  );

  const end = (proved: boolean) => {
    setOpened(false);
    done.current?.(proved);
    done.current = undefined;
  };
  const send = async () => {
    const response = await fetch('/api/v1/session/step-up', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: code.trim() }),
    });
    if (response.ok) end(true);
    else setFailed(await Fault.read(response));
  };

  return (
    <Modal
      opened={opened}
      onClose={() => end(false)}
      title={t('code.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack gap={12}>
          <Text size="sm">{t('code.lead')}</Text>
          <TextInput
            label={t('code.label')}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            inputMode="numeric"
            autoComplete="one-time-code"
            data-autofocus
          />
          {failed !== undefined && <ErrorState error={failed} />}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={() => end(false)}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={code.trim() === ''}>
              {t('common.go_on')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
