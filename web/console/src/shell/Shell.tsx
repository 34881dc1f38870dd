// Decides what stands in the window: a page before sign-in, or the signed-in frame with a screen.
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { asFault } from '@/api/fault';
import { PlaceContext, sessionQuery, type Session } from '@/api/session';
import { adoptLanguage, t } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { ErrorState } from '@/parts/ErrorState';
import { keptProject, projectInFront } from '@/early';
import { byName, screens } from '@/screens';
import { Fence } from './Fence';
import { Frame } from './Frame';
import classes from './Shell.module.css';
import { Waiting } from './Waiting';

const rows = byName(screens).map((screen) => ({
  ...screen,
  View: screen.View ?? lazy(screen.load!),
}));

function Screens({ free }: { free: boolean }) {
  return (
    <Fence>
      <Suspense fallback={<Waiting />}>
        <Switch>
          {rows
            .filter((row) => Boolean(row.free) === free)
            .map((row) => (
              <Route key={row.path} path={row.path}>
                <row.View />
              </Route>
            ))}
          <Route>
            <EmptyState icon="question" title={t('shell.no_page')}>
              {t('shell.no_page.lead')}
            </EmptyState>
          </Route>
        </Switch>
      </Suspense>
    </Fence>
  );
}

function SignedIn({ session }: { session: Session }) {
  const [chosen, setChosen] = useState(() => localStorage.getItem(keptProject));
  const project = projectInFront(session.projects, chosen);
  const choose = (id: string) => {
    localStorage.setItem(keptProject, id);
    setChosen(id);
  };
  const theirs = session.person?.language;
  useEffect(() => adoptLanguage(theirs), [theirs]);
  const none = { id: '', title: '', roles: [], capabilities: [] };
  return (
    <PlaceContext.Provider value={{ session, project: project ?? none, choose }}>
      <Frame>
        <Screens free={false} />
      </Frame>
    </PlaceContext.Provider>
  );
}

export function Shell() {
  const [path] = useLocation();
  const free = rows.some((row) => row.free && row.path === path);
  const session = useQuery({ ...sessionQuery, enabled: !free });
  if (free)
    return (
      <main id="content" className={classes.outside}>
        <Screens free />
      </main>
    );
  // A refusal ends the session even where an older answer is still there.
  if (session.isError && asFault(session.error).status === 401)
    return <Redirect to={`/sign-in?next=${encodeURIComponent(path)}`} replace />;
  if (session.data) return <SignedIn session={session.data} />;
  if (session.isError)
    return (
      <main className={classes.outside}>
        <ErrorState error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  return <Waiting />;
}
