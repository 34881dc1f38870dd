// The rollout: whom the variant serves now, what moves it on, what holds it, and the acts on it.
import { useQuery } from '@tanstack/react-query';
import { useProject } from '@/api/session';
import { t } from '@/i18n';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { EventLine } from './EventLine';
import { Guardrails } from './Guardrails';
import { LadderPanel } from './LadderPanel';
import { NoRollout } from './NoRollout';
import { RolloutActs } from './RolloutActs';
import { rollouts, rolloutStatus, type RolloutDocument } from './rollout_queries';
import { WhyNot } from './WhyNot';

export default function RolloutScreen() {
  const project = useProject();
  const query = useQuery(rollouts(project));
  return (
    <Loaded query={query}>
      {(all) => {
        const current = all.find((one) => one.state !== 'superseded') ?? all[0];
        return current ? <OneRollout project={project} rollout={current} /> : <NoRollout project={project} />;
      }}
    </Loaded>
  );
}

function OneRollout({ project, rollout }: { project: string; rollout: RolloutDocument }) {
  const query = useQuery(rolloutStatus(project, rollout.id));
  return (
    <Page
      title={t('rollout.title')}
      lead={t('rollout.lead', { variant: rollout.variant.slice(0, 12) })}
      actions={query.data && <RolloutActs project={project} rollout={rollout} status={query.data} />}
    >
      <Loaded query={query} lines={8}>
        {(status) => (
          <>
            <WhyNot project={project} rollout={rollout} status={status} />
            <LadderPanel rollout={rollout} status={status} />
            <Guardrails status={status} />
            <EventLine project={project} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
