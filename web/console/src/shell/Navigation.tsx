// The left navigation: groups of screens with what waits in them.
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { usePlace } from '@/api/session';
import { deskCountsQuery } from '@/api/desk';
import { formatNumber, t, type TextKey } from '@/i18n';
import { Icon } from '@/parts/Icon';
import { addressOf, screens } from '@/screens';
import type { Screen } from '@/screens/screen';
import classes from './Shell.module.css';
import { useWaitingInTitle } from './title';

const groups = ['work', 'plan', 'watch', 'setup'] as const;

function stands(path: string, here: string): boolean {
  if (path === '/') return here === '/';
  if (path === '/desk') return here === '/desk' || /^\/desk\/cv_/.test(here);
  return here === path || here.startsWith(`${path}/`);
}

function Waiting() {
  const { project } = usePlace();
  const counts = useQuery(deskCountsQuery(project.id)).data;
  const waiting = counts ? counts.needs_you + counts.drafts : 0;
  useWaitingInTitle(waiting);
  if (waiting === 0) return null;
  return (
    <span className={classes.count}>
      {formatNumber(waiting)}
      <span className="unseen"> {t('nav.waiting')}</span>
    </span>
  );
}

export function Navigation() {
  const { project } = usePlace();
  const [here] = useLocation();
  const shown = screens.filter(
    (one): one is Screen & { nav: NonNullable<Screen['nav']> } =>
      one.nav !== undefined &&
      (!one.capability || project.capabilities.includes(one.capability)),
  );
  return groups.map((group) => {
    const rows = shown.filter((one) => one.nav.group === group);
    if (rows.length === 0) return null;
    return (
      <div key={group}>
        <p className={classes.groupName} id={`nav-${group}`}>
          {t(`nav.group.${group}` as TextKey)}
        </p>
        <ul className={classes.group} aria-labelledby={`nav-${group}`}>
          {rows.map((one) => (
            <li key={one.path}>
              <Link
                href={addressOf(one)}
                className={classes.link}
                aria-current={stands(addressOf(one), here) ? 'page' : undefined}
              >
                <Icon name={one.nav.icon} />
                {t(one.nav.text)}
                {addressOf(one) === '/desk' && <Waiting />}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    );
  });
}
