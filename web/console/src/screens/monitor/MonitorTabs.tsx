import { Link, useLocation } from 'wouter';
import { t } from '@/i18n';
import classes from './monitor.module.css';

const places = [
  { path: '/monitor', text: 'monitor.tab.board' },
  { path: '/monitor/reports', text: 'monitor.tab.reports' },
  { path: '/monitor/spend', text: 'monitor.tab.spend' },
  { path: '/monitor/audit', text: 'monitor.tab.audit' },
] as const;

export function MonitorTabs() {
  const [path] = useLocation();
  return (
    <nav aria-label={t('monitor.tabs')} className={classes.tabs}>
      {places.map((place) => (
        <Link
          key={place.path}
          href={place.path}
          className={classes.tab}
          aria-current={path === place.path || (place.path !== '/monitor' && path.startsWith(place.path)) ? 'page' : undefined}
        >
          {t(place.text)}
        </Link>
      ))}
    </nav>
  );
}
