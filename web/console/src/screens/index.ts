// Every screen of the console.
import { screensOfPlan } from './of_plan';
import type { Screen } from './screen';

const screensOfDesk: Screen[] = [
  {
    path: '/',
    load: () => import('./home/Home'),
    nav: { group: 'work', text: 'nav.home', icon: 'home', key: 'h' },
  },
  {
    path: '/desk',
    load: () => import('./inbox/Inbox'),
    nav: { group: 'work', text: 'nav.inbox', icon: 'inbox', key: 'i' },
    capability: 'desk.read',
  },
  {
    path: '/desk/review',
    load: () => import('./review/Review'),
    nav: { group: 'work', text: 'nav.review', icon: 'review', key: 'l' },
    capability: 'label.write',
  },
  { path: '/desk/:conversation', load: () => import('./inbox/Inbox'), capability: 'desk.read' },
  { path: '/profile', load: () => import('./profile/Profile') },
];

const screensBeforeSignIn: Screen[] = [
  { path: '/sign-in', load: () => import('./sign_in/SignIn'), free: true },
  { path: '/setup', load: () => import('./first_run/FirstRun'), free: true },
];

export const screens: Screen[] = [...screensBeforeSignIn, ...screensOfDesk, ...screensOfPlan];
