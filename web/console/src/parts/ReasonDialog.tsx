// An act that needs a reason: says what will happen, asks why, and shows a refusal in place. The
// dialog holds the focus and gives it back when it closes; it closes by itself when the act is done.
import { Button, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { t } from '@/i18n';
import { ErrorState } from './ErrorState';

export interface Reason {
  text: string;
  choice: string;
}

export interface ReasonDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  // Of the text; without it no text is asked for.
  label?: string;
  confirm: string; // the word on the button: what it does
  danger?: boolean;
  // Kinds of reasons to choose one from.
  choices?: { value: string; label: string }[];
  // Whether the text may stay empty; else the fewest characters that the server takes.
  optional?: boolean;
  least?: number;
  // Whether the fields among the children are filled in.
  ready?: boolean;
  onConfirm: (reason: Reason) => Promise<unknown>;
  children?: ReactNode; // what happens then, and further fields
}

export function ReasonDialog({
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
