// One file an area, so that two people can write at once; a new area is a line here and in german.ts.
import alerts from '@/locales/en/alerts.json';
import common from '@/locales/en/common.json';
import desk from '@/locales/en/desk.json';
import errors from '@/locales/en/errors.json';
import home from '@/locales/en/home.json';
import gate from '@/locales/en/gate.json';
import knowledge from '@/locales/en/knowledge.json';
import monitor from '@/locales/en/monitor.json';
import settings from '@/locales/en/settings.json';
import start from '@/locales/en/start.json';
import value from '@/locales/en/value.json';
import parts from '@/locales/en/parts.json';
import plan from '@/locales/en/plan.json';
import rollout from '@/locales/en/rollout.json';
import shell from '@/locales/en/shell.json';

export const english = { ...alerts, ...common, ...desk, ...errors, ...home, ...gate, ...knowledge, ...monitor, ...settings, ...start, ...value, ...parts, ...plan, ...rollout, ...shell };
export type TextKey = keyof typeof english;
