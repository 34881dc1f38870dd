// The signed-in frame: top bar, navigation, the screen; and what is live in all of them.
import { Burger, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useStanding } from '@/api/session';
import { formatNumber, t, words } from '@/i18n';
import { follow, lineIsUp, watchLine } from '@/live/stream';
import { Icon } from '@/parts/Icon';
import { Status } from '@/parts/Status';
import { Commands } from './Commands';
import { KeyHelp, useShellKeys } from './keys';
import { Navigation } from './Navigation';
import { CodeDialog } from './CodeDialog';
import { OwnMenu } from './OwnMenu';
import { ProjectChoice } from './ProjectChoice';
import { StopButton, Stopped } from './StopButton';
import icon from '@/theme/icon.svg';
import classes from './Shell.module.css';

function Standing() {
  const standing = useStanding();
  if (!standing) return null;
  const phase = standing.phase ?? 'draft';
  return (
    <span className={`${classes.place} ${classes.wideOnly}`}>
      <Status tone={standing.status === 'live' || phase === 'production' ? 'good' : 'info'} icon="gate" word={words(`phase.${phase}`) ?? phase} />
      {Boolean(standing.percent) && (
        <span className={classes.exposure}>
          {t('shell.exposure', { percent: formatNumber(standing.percent ?? 0) })}
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
  const [menu, setMenu] = useDisclosure(false);
  const [help, setHelp] = useDisclosure(false);
  const [palette, setPalette] = useDisclosure(false);
  useEffect(() => follow(client), [client]);
  const closeMenu = setMenu.close;
  useEffect(() => closeMenu(), [path, closeMenu]);
  useShellKeys({ help: setHelp.open, palette: setPalette.open });

  return (
    <div className={classes.frame}>
      <a className="skip" href="#content">
        {t('shell.skip')}
      </a>
      <header className={classes.top}>
        <Burger
          className={classes.narrow}
          size="sm"
          opened={menu}
          onClick={setMenu.toggle}
          aria-label={t('shell.menu')}
        />
        <Link href="/" className={classes.brand} aria-label={t('shell.name')}>
          <img src={icon} alt="" width={24} height={24} />
          <span className={classes.wideOnly}>{t('shell.name')}</span>
        </Link>
        <ProjectChoice />
        <Standing />
        <span className={classes.spring} />
        <Commands opened={palette} open={setPalette.open} close={setPalette.close} />
        <StopButton />
        <OwnMenu help={setHelp.open} />
      </header>
      <nav className={classes.side} aria-label={t('shell.navigation')}>
        <Navigation />
      </nav>
      <Drawer
        opened={menu}
        onClose={setMenu.close}
        title={t('shell.name')}
        size={260}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Navigation />
      </Drawer>
      <div className={classes.content}>
        <LineBanner />
        <Stopped />
        <main id="content" tabIndex={-1} className={classes.body}>
          {children}
        </main>
      </div>
      <CodeDialog />
      <KeyHelp opened={help} close={setHelp.close} />
    </div>
  );
}
