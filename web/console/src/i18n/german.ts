// One file an area, so that two people can write at once; a new area is a line here and in english.ts.
import alerts from '@/locales/de/alerts.json';
import common from '@/locales/de/common.json';
import desk from '@/locales/de/desk.json';
import errors from '@/locales/de/errors.json';
import home from '@/locales/de/home.json';
import gate from '@/locales/de/gate.json';
import knowledge from '@/locales/de/knowledge.json';
import monitor from '@/locales/de/monitor.json';
import settings from '@/locales/de/settings.json';
import start from '@/locales/de/start.json';
import value from '@/locales/de/value.json';
import parts from '@/locales/de/parts.json';
import plan from '@/locales/de/plan.json';
import rollout from '@/locales/de/rollout.json';
import shell from '@/locales/de/shell.json';

export const german = { ...alerts, ...common, ...desk, ...errors, ...home, ...gate, ...knowledge, ...monitor, ...settings, ...start, ...value, ...parts, ...plan, ...rollout, ...shell };
