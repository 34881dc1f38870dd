// Knowledge, plan, gates, rollout, evaluation, monitoring and settings.
import type { Screen } from './screen';

export const screensOfPlan: Screen[] = [
  {
    path: '/knowledge',
    load: () => import('./knowledge/KnowledgeScreen'),
    nav: { group: 'work', text: 'nav.knowledge', icon: 'knowledge', key: 'k' },
  },
  { path: '/knowledge/new', load: () => import('./knowledge/EntryScreen'), capability: 'knowledge.edit' },
  { path: '/knowledge/import', load: () => import('./knowledge/ImportScreen'), capability: 'knowledge.edit' },
  { path: '/knowledge/releases', load: () => import('./knowledge/ReleasesScreen') },
  { path: '/knowledge/entry/:key', load: () => import('./knowledge/EntryScreen') },
  {
    path: '/plan/gate',
    load: () => import('./gate/GateScreen'),
    nav: { group: 'plan', text: 'nav.gate', icon: 'gate', key: 'g' },
  },
  { path: '/plan/gate/:gate', load: () => import('./gate/GateScreen') },
  {
    path: '/rollout',
    load: () => import('./rollout/RolloutScreen'),
    nav: { group: 'plan', text: 'nav.rollout', icon: 'rollout', key: 'r' },
  },
];
