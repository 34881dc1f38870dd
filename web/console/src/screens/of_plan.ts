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
    path: '/plan/board',
    load: () => import('./plan/PlanScreen'),
    nav: { group: 'plan', text: 'nav.plan', icon: 'plan', key: 'p' },
  },
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
  {
    path: '/value',
    load: () => import('./value/ValueScreen'),
    nav: { group: 'plan', text: 'nav.value', icon: 'tag', key: 'v' },
  },
  {
    path: '/plan/start',
    load: () => import('./start/StartScreen'),
    nav: { group: 'setup', text: 'nav.start', icon: 'plus' },
    capability: 'project.create',
  },
  {
    path: '/monitor',
    load: () => import('./monitor/BoardScreen'),
    nav: { group: 'watch', text: 'nav.monitor', icon: 'monitor', key: 'm' },
  },
  {
    path: '/alerts',
    load: () => import('./alerts/AlertsScreen'),
    nav: { group: 'watch', text: 'nav.alerts', icon: 'warning', key: 'a' },
  },
  { path: '/monitor/reports', load: () => import('./monitor/ReportsScreen') },
  { path: '/monitor/reports/:month', load: () => import('./monitor/ReportsScreen') },
  { path: '/monitor/spend', load: () => import('./monitor/SpendScreen') },
  { path: '/monitor/audit', load: () => import('./monitor/AuditScreen') },
  {
    path: '/settings',
    load: () => import('./settings/WidgetScreen'),
    nav: { group: 'setup', text: 'nav.settings', icon: 'settings', key: 's' },
  },
  { path: '/settings/widget', load: () => import('./settings/WidgetScreen') },
  { path: '/settings/texts', load: () => import('./settings/TextsScreen') },
  { path: '/settings/keys', load: () => import('./settings/KeysScreen') },
  { path: '/settings/people', load: () => import('./settings/PeopleScreen') },
  { path: '/settings/providers', load: () => import('./settings/ProvidersScreen') },
];
