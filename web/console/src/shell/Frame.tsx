// The signed-in frame: top bar, navigation, the screen; and what is live in all of them.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useStanding } from '@/api/session';
import { formatNumber, t, words } from '@/i18n';
import { follow, lineIsUp, watchLine } from '@/live/stream';
import { Icon } from '@/parts/Icon';
import { inQuiet, Later, laterPiece } from '@/parts/Later';
import plain from '@/parts/plain.module.css';
import { Status } from '@/parts/Status';
import { Commands } from './Commands';
import { useShellKeys } from './keys';
import { Navigation } from './Navigation';
import { CodeDialog } from './CodeDialog';
import { OwnMenu } from './OwnMenu';
import { ProjectChoice } from './ProjectChoice';
import { StopButton, Stopped } from './StopButton';
import icon from '@/theme/icon.svg';
import classes from './Shell.module.css';

const SideDrawer = laterPiece('SideDrawer');
const KeyHelp = laterPiece('KeyHelp');

function Standing() {
  const standing = useStanding();
  if (!standing) return null;
  const phase = standing.phase ?? 'draft';
  return (
    <span className={classes.standing}>
      <Status tone={standing.status === 'live' || phase === 'production' ? 'good' : 'info'} icon="gate" word={words(`phase.${phase}`) ?? phase} />
      {Boolean(standing.percent) && (
        <span className={classes.exposure}>
          <span className={classes.wideOnly}>{t('shell.exposure', { percent: formatNumber(standing.percent ?? 0) })}</span>
          <span className={classes.narrowOnly}>{t('shell.exposure.short', { percent: formatNumber(standing.percent ?? 0) })}</span>
        </span>
      )}
    </span>
  );
}

function LineBanner() {
  const up = useSyncExternalStore(watchLine, lineIsUp);
  if (up) return null;
  return (
    <div className={classes.banner} role="status">
      <Icon name="warning" />
      {t('shell.offline')}
    </div>
  );
}

export function Frame({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [path] = useLocation();
  const [menu, setMenu] = useState(false);
  const [help, setHelp] = useState(false);
  const [palette, setPalette] = useState(false);
  // What opens one of them asks again.
  useEffect(() => inQuiet(() => void import('./later').catch(() => undefined)), []);
  useEffect(() => follow(client), [client]);
  useEffect(() => setMenu(false), [path]);
  useShellKeys({ help: () => setHelp(true), palette: () => setPalette(true) });

  return (
    <div className={classes.frame}>
      <a className="skip" href="#content">
        {t('shell.skip')}
      </a>
      <header className={classes.top}>
        <button
          type="button"
          className={`${plain.bare} ${classes.narrow}`}
          onClick={() => setMenu(!menu)}
          aria-expanded={menu}
          aria-label={t('shell.menu')}
        >
          <Icon name="menu" size={22} />
        </button>
        <Link href="/" className={classes.brand} aria-label={t('shell.name')}>
          <img src={icon} alt="" width={24} height={24} decoding="async" />
          <span className={classes.wideOnly}>{t('shell.name')}</span>
        </Link>
        <div className={classes.where}>
          <ProjectChoice />
          <Standing />
        </div>
        <span className={classes.spring} />
        <Commands opened={palette} open={() => setPalette(true)} close={() => setPalette(false)} />
        <StopButton />
        <OwnMenu help={() => setHelp(true)} />
      </header>
      <nav className={classes.side} aria-label={t('shell.navigation')}>
        <Navigation />
      </nav>
      <Later opened={menu}>{(now) => <SideDrawer opened={now} close={() => setMenu(false)} />}</Later>
      <div className={classes.content}>
        <LineBanner />
        <Stopped />
        <main id="content" tabIndex={-1} className={classes.body}>
          {children}
        </main>
      </div>
      <CodeDialog />
      <Later opened={help}>{(now) => <KeyHelp opened={now} close={() => setHelp(false)} />}</Later>
    </div>
  );
}
