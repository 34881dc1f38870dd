// Every screen of the console.
import { Inbox } from './inbox/Inbox';
import { screensOfPlan } from './of_plan';
import type { Screen } from './screen';

const screensOfDesk: Screen[] = [
  {
    path: '/',
    load: () => import('./home/Home'),
    nav: { group: 'work', text: 'nav.home', icon: 'home', key: 'h' },
  },
  {
    path: '/desk/:conversation?',
    View: Inbox, // where staff are all day: it comes with the frame
    nav: { group: 'work', text: 'nav.inbox', icon: 'inbox', key: 'i' },
    capability: 'desk.read',
  },
  {
    path: '/desk/review',
    load: () => import('./review/Review'),
    nav: { group: 'work', text: 'nav.review', icon: 'review', key: 'l' },
    capability: 'label.write',
  },
  { path: '/profile', load: () => import('./profile/Profile') },
];

const screensBeforeSignIn: Screen[] = [
  { path: '/sign-in', load: () => import('./sign_in/SignIn'), free: true },
  { path: '/setup', load: () => import('./first_run/FirstRun'), free: true },
];

export const screens: Screen[] = [...screensBeforeSignIn, ...screensOfDesk, ...screensOfPlan];

// Where the navigation leads: a path without what may be left out.
export function addressOf(screen: Screen): string {
  return screen.path.replace(/\/:\w+\?$/, '');
}

// A path with parameters also fits where another one has a name: those with a name come first.
export function byName(given: readonly Screen[]): Screen[] {
  const open = (screen: Screen) => Number(screen.path.includes(':'));
  return [...given].sort((a, b) => open(a) - open(b));
}
