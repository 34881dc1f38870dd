// The navigation of a narrow window.
import { Drawer } from '@mantine/core';
import { t } from '@/i18n';
import { Navigation } from './Navigation';

export function SideDrawer({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Drawer
      opened={opened}
      onClose={close}
      title={t('shell.name')}
      size={260}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Navigation />
    </Drawer>
  );
}
