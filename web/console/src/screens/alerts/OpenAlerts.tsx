// On the first screen: how many alerts are open, and the way to them. Nothing when there are none.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { t } from '@/i18n';
import { Mark } from '@/parts/Mark';
import { alertsQuery, isOpen, toneOf, worstOf } from './alert_queries';
import classes from './alerts.module.css';

export function OpenAlerts({ project }: { project: string }) {
  const { data = [] } = useQuery(alertsQuery(project));
  const open = data.filter(isOpen);
  if (open.length === 0) return null;
  const tone = toneOf(worstOf(open));
  return (
    <Link href="/alerts" className={classes.badge} data-tone={tone}>
      <Mark tone={tone}>{t('alerts.open', { count: open.length })}</Mark>
    </Link>
  );
}
