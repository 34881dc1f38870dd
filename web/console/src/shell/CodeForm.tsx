// The dialog of CodeDialog.tsx itself.
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Fault } from '@/api/fault';
import { t } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';

export function CodeForm({ opened, end }: { opened: boolean; end: (proved: boolean) => void }) {
  const [code, setCode] = useState('');
  const [failed, setFailed] = useState<unknown>();

  const leave = (proved: boolean) => {
    setFailed(undefined);
    setCode('');
    end(proved);
  };
  const send = async () => {
    const response = await fetch('/api/v1/session/step-up', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: code.trim() }),
    });
    if (response.ok) leave(true);
    else setFailed(await Fault.read(response));
  };

  return (
    <Modal
      opened={opened}
      onClose={() => leave(false)}
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
            <Button variant="default" onClick={() => leave(false)}>
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
