// The menu of OwnMenu.tsx itself.
import { Menu, useMantineColorScheme } from '@mantine/core';
import { useLocation } from 'wouter';
import { api } from '@/api/client';
import { usePlace, useSignOut } from '@/api/session';
import { currentLanguage, languages, chooseLanguage, t } from '@/i18n';
import { Icon } from '@/parts/Icon';
import { OwnMenuButton } from './OwnMenu';
import { useOpenMenu } from './open_menu';

const schemes = ['auto', 'light', 'dark'] as const;
const names = { en: 'English', de: 'Deutsch' } as const; // each language by its own name

export function OwnMenuOpen({ help }: { help: () => void }) {
  const menu = useOpenMenu();
  const { session } = usePlace();
  const [, go] = useLocation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const tick = (on: boolean) => (on ? <Icon name="check" size={14} /> : undefined);
  return (
    <Menu {...menu.props} position="bottom-end" width={220}>
      <Menu.Target>
        <OwnMenuButton ref={menu.target} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.person?.name || session.person?.id}</Menu.Label>
        <Menu.Item leftSection={<Icon name="key" size={16} />} onClick={() => go('/profile')}>
          {t('own.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="question" size={16} />} onClick={help}>
          {t('own.keys')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('own.language')}</Menu.Label>
        {languages.map((one) => (
          <Menu.Item
            key={one}
            lang={one}
            rightSection={tick(currentLanguage() === one)}
            onClick={() => {
              void chooseLanguage(one);
              // Kept with the person, for other browsers; it works here in any case.
              void api.PATCH('/api/v1/me', { body: { language: one } }).catch(() => undefined);
            }}
          >
            {names[one]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('own.appearance')}</Menu.Label>
        {schemes.map((one) => (
          <Menu.Item
            key={one}
            rightSection={tick(colorScheme === one)}
            onClick={() => setColorScheme(one)}
          >
            {t(`own.appearance.${one}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>{t('own.sign_out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
