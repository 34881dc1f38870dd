import { useMay } from '@/api/session';
import { t } from '@/i18n';
import { Tabs } from '@/parts/Tabs';

export function SettingsTabs() {
  const providers = useMay('providers.write');
  const places = [
    { path: '/settings/widget', text: t('settings.tab.widget') },
    { path: '/settings/texts', text: t('settings.tab.texts') },
    { path: '/settings/keys', text: t('settings.tab.keys') },
    { path: '/settings/people', text: t('settings.tab.people') },
    ...(providers ? [{ path: '/settings/providers', text: t('settings.tab.providers') }] : []),
  ];
  return <Tabs label={t('settings.tabs')} places={places} />;
}
