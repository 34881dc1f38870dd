// How a rollout is worded: states, stages, audiences, reasons.
import { currentLanguage, formatNumber, t, words } from '@/i18n';
import type { RolloutStage, RolloutStatus } from './rollout_queries';

export function stateWord(state: string): string {
  return words(`rollout.state.${state}`) ?? state;
}

export function phaseWord(phase: string): string {
  return words(`phase.${phase}`) ?? phase;
}

export function audienceWords(stage: RolloutStage): string {
  const groups = stage.groups.map((group) => words(`rollout.group.${group}`) ?? group);
  const who =
    groups.length > 0
      ? t('rollout.audience.groups', { groups: groups.join(', ') })
      : t('rollout.audience.share', { percent: formatNumber(stage.percent) });
  const more = [
    stage.mode !== 'answer' ? words(`rollout.mode.${stage.mode}`) : undefined,
    stage.human_on_shift ? t('rollout.audience.on_shift') : undefined,
    stage.max_visitors ? t('rollout.audience.max', { count: stage.max_visitors }) : undefined,
  ].filter((part): part is string => part !== undefined);
  return [who, ...more].join(' · ');
}

// The one sentence "why not": English has the server's own; other languages the step it waits at.
export function whyNotWords(status: RolloutStatus): string | undefined {
  if (!status.why_not) return undefined;
  if (currentLanguage() === 'en') return status.why_not.charAt(0).toUpperCase() + status.why_not.slice(1);
  return words(`rollout.step.${status.why_not_step ?? 0}`) ?? status.why_not;
}

export function causeWord(cause: string): string {
  const [kind = '', metric] = cause.split(':');
  if (kind === 'metric') return t('rollout.cause.metric', { metric: metric ?? '' });
  return words(`rollout.cause.${kind}`) ?? cause;
}
