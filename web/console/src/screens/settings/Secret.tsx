import { Button, CopyButton, Modal, Stack, Text } from '@mantine/core';
import { t } from '@/i18n';
import classes from './settings.module.css';

// A secret that the server shows once: to be copied now, never seen again.
export function Secret({
  title,
  secret,
  lead,
  onClose,
}: {
  title: string;
  secret: string | undefined;
  lead: string;
  onClose: () => void;
}) {
  return (
    <Modal
      opened={secret !== undefined}
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        <Text size="sm">{lead}</Text>
        <code className={classes.secret}>{secret}</code>
        <div className={classes.inline}>
          <Copy text={secret ?? ''} />
          <Button variant="default" onClick={onClose}>
            {t('settings.secret.kept')}
          </Button>
        </div>
      </Stack>
    </Modal>
  );
}

export function Copy({ text, small = false }: { text: string; small?: boolean }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" size={small ? 'xs' : 'sm'} onClick={copy}>
          {copied ? t('settings.copied') : t('settings.copy')}
        </Button>
      )}
    </CopyButton>
  );
}
