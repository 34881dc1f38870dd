// The dialog of ReasonDialog.tsx itself.
import { Button, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { t } from '@/i18n';
import { ErrorState } from './ErrorState';
import type { ReasonDialogProps } from './ReasonDialog';

export function ReasonForm({
  opened,
  onClose,
  title,
  label,
  confirm,
  danger = false,
  choices,
  optional = false,
  least = 1,
  ready = true,
  onConfirm,
  children,
}: ReasonDialogProps) {
  const [text, setText] = useState('');
  const [choice, setChoice] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const filled = (label === undefined || optional || text.trim().length >= least) && (!choices || choice !== '') && ready;

  const close = () => {
    setText('');
    setChoice('');
    setFailed(undefined);
    onClose();
  };
  const send = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      await onConfirm({ text: text.trim(), choice });
      close();
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (filled) void send();
        }}
      >
        <Stack gap={12}>
          {typeof children === 'string' ? <Text size="sm">{children}</Text> : children}
          {choices && (
            <Radio.Group value={choice} onChange={setChoice} label={t('parts.reason.kind')}>
              <Stack gap={8} mt={8}>
                {choices.map((one) => (
                  <Radio key={one.value} value={one.value} label={one.label} />
                ))}
              </Stack>
            </Radio.Group>
          )}
          {label !== undefined && (
            <Textarea
              label={label}
              description={least > 1 ? t('parts.reason.least', { count: least }) : undefined}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autosize
              minRows={2}
              maxRows={8}
              required={!optional}
              data-autofocus
            />
          )}
          {failed !== undefined && <ErrorState error={failed} />}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" color={danger ? 'red.8' : undefined} loading={busy} disabled={!filled}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
