import { formatAge, t } from '@/i18n';
import { durationWords } from '@/i18n/prose';
import { Ladder, type Rung } from '@/parts/Ladder';
import { Panel } from '@/parts/Panel';
import type { RolloutDocument, RolloutStatus } from './rollout_queries';
import { audienceWords, phaseWord } from './rollout_words';

function placeOf(index: number, here: number): Rung['place'] {
  if (index === here) return 'here';
  if (index < here) return 'passed';
  return index === here + 1 ? 'next' : 'ahead';
}

export function LadderPanel({ rollout, status }: { rollout: RolloutDocument; status: RolloutStatus }) {
  const here = rollout.stages.findIndex((stage) => stage.id === status.stage);
  const rungs = rollout.stages.map((stage, index): Rung => {
    const place = placeOf(index, here);
    return {
      id: stage.id,
      name: stage.id,
      phase: phaseWord(stage.phase),
      audience: audienceWords(stage),
      percent: stage.groups.length > 0 ? null : stage.percent,
      place,
      note:
        place === 'here'
          ? rollout.entered_at
            ? t('rollout.rung.since', { when: formatAge(rollout.entered_at), least: durationWords(stage.min_dwell) })
            : undefined
          : place === 'passed'
            ? undefined
            : [
                t('rollout.rung.least', { least: durationWords(stage.min_dwell) }),
                stage.approve ? t('rollout.rung.approve') : undefined,
              ]
                .filter(Boolean)
                .join(' · '),
    };
  });
  return (
    <Panel title={t('rollout.ladder')} lead={t('rollout.ladder.lead')} flush>
      <Ladder rungs={rungs} label={t('rollout.ladder')} />
    </Panel>
  );
}
