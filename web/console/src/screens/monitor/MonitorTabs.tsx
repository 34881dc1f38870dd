import { t } from '@/i18n';
import { Tabs } from '@/parts/Tabs';

export function MonitorTabs() {
  return (
    <Tabs
      label={t('monitor.tabs')}
      places={[
        { path: '/monitor', text: t('monitor.tab.board') },
        { path: '/alerts', text: t('monitor.tab.alerts') },
        { path: '/monitor/reports', text: t('monitor.tab.reports') },
        { path: '/monitor/spend', text: t('monitor.tab.spend') },
        { path: '/monitor/audit', text: t('monitor.tab.audit') },
      ]}
    />
  );
}
