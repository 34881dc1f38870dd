import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { currentLanguage, formatAge, formatMoment, formatNumber, t } from '@/i18n';
import { Mark } from '@/parts/Mark';
import { ReasonDialog } from '@/parts/ReasonDialog';
import { useAct } from '@/parts/useAct';
import type { RolloutDocument, RolloutStatus } from './rollout_queries';
import { causeWord, stateWord, whyNotWords } from './rollout_words';
import classes from './rollout.module.css';

// Where it stands and the one sentence why it does not go on, with what ends the waiting.
export function WhyNot({
  project,
  rollout,
  status,
}: {
  project: string;
  rollout: RolloutDocument;
  status: RolloutStatus;
}) {
  const next = nextStage(rollout, status);
  const bad = status.state === 'killed' || status.state === 'rolled_back';
  const tone = bad ? 'bad' : status.holds.length > 0 ? 'attention' : status.why_not ? 'unknown' : 'good';
  const sentence = whyNotWords(status);
  return (
    <section className={classes.verdict} data-tone={tone} aria-live="polite">
      <div className={classes.verdictHead}>
        <Mark tone={tone} large>
          {status.holds.length > 0 && !bad ? t('rollout.held') : stateWord(status.state)}
        </Mark>
        <dl className={classes.facts}>
          <div>
            <dt>{t('rollout.fact.share')}</dt>
            <dd>{t('parts.percent', { n: formatNumber(status.share_served) })}</dd>
          </div>
          <div>
            <dt>{t('rollout.fact.counted')}</dt>
            <dd>{formatNumber(status.counted)}</dd>
          </div>
          <div>
            <dt>{t('rollout.fact.per_day')}</dt>
            <dd>{formatNumber(status.blast_radius.visitors)}</dd>
          </div>
        </dl>
      </div>
      {sentence && <p className={classes.sentence}>{sentence}</p>}
      {!sentence && !bad && <p className={classes.sentence}>{next ? t('rollout.free', { stage: next }) : t('rollout.top')}</p>}
      <p className={classes.small}>
        {status.next_possible && t('rollout.next_possible', { when: formatMoment(status.next_possible) })}
        {status.ends && currentLanguage() === 'en' && ` ${t('rollout.ends', { ends: status.ends })}`}
        {!status.recorded && ` ${t('rollout.unrecorded')}`}
        {status.unmeasured && ` ${t('rollout.unmeasured')}`}
      </p>
      {next && !bad && (
        <p className={classes.links}>
          <Link href={`/plan/gate/${encodeURIComponent(gateOf(rollout, next))}`}>{t('rollout.to_gate', { stage: next })}</Link>
        </p>
      )}
      {status.holds.length > 0 && (
        <ul className={classes.holds}>
          {status.holds.map((hold) => (
            <li key={hold.cause}>
              <div>
                <strong>{causeWord(hold.cause)}</strong> {hold.reason}
                <span className={classes.small}> · {t('rollout.since', { when: formatAge(hold.since) })}</span>
              </div>
              <ReleaseAct project={project} rollout={rollout.id} cause={hold.cause} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function nextStage(rollout: RolloutDocument, status: RolloutStatus): string | undefined {
  const at = rollout.stages.findIndex((stage) => stage.id === status.stage);
  return rollout.stages[at + 1]?.id;
}

// The gate in front of a stage: the phase's own where the stage is the first of its phase.
function gateOf(rollout: RolloutDocument, stage: string): string {
  const at = rollout.stages.findIndex((one) => one.id === stage);
  const here = rollout.stages[at];
  const first = here !== undefined && rollout.stages[at - 1]?.phase !== here.phase;
  const gates: Record<string, string> = { sandbox: 'G0', pilot: 'G1', rollout: 'G2', production: 'G3' };
  return first && here ? (gates[here.phase] ?? `S:${stage}`) : `S:${stage}`;
}

function ReleaseAct({ project, rollout, cause }: { project: string; rollout: string; cause: string }) {
  const may = useMay('stage.resume');
  const [opened, dialog] = useDisclosure(false);
  const release = useAct(
    (reason: string) =>
      api.POST('/api/v1/projects/{project}/rollouts/{rollout}/release', {
        params: { path: { project, rollout } },
        body: { cause, reason } as never,
      }),
    { changes: [['rollouts', project], ['standings']] },
  );
  return (
    <>
      <Button size="xs" variant="default" disabled={!may} onClick={dialog.open}>
        {t('rollout.act.release')}
      </Button>
      <ReasonDialog
        opened={opened}
        onClose={dialog.close}
        title={t('rollout.act.release')}
        label={t('parts.reason')}
        confirm={t('rollout.act.release')}
        onConfirm={({ text }) => release.mutateAsync(text)}
      >
        {t('rollout.what.release')}
      </ReasonDialog>
    </>
  );
}
