import { Button, Menu, Select } from '@mantine/core';
import { useState } from 'react';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { t } from '@/i18n';
import { ReasonDialog } from '@/parts/ReasonDialog';
import { useAct } from '@/parts/useAct';
import type { RolloutDocument, RolloutStatus } from './rollout_queries';
import { nextStage } from './WhyNot';

type Verb = 'start' | 'advance' | 'approve' | 'hold' | 'step-back' | 'roll-back' | 'kill';

// The acts on a rollout. Which of them the server would take stands in its status; the others are
// greyed out, never hidden, so that one knows they exist.
export function RolloutActs({
  project,
  rollout,
  status,
}: {
  project: string;
  rollout: RolloutDocument;
  status: RolloutStatus;
}) {
  const mayAdvance = useMay('stage.advance');
  const mayStop = useMay('stop');
  const [verb, setVerb] = useState<Verb>();
  const [to, setTo] = useState('');
  const next = nextStage(rollout, status);
  const running = status.state === 'running' || status.state === 'completed';
  const here = rollout.stages.findIndex((stage) => stage.id === status.stage);
  const lower = rollout.stages.slice(0, Math.max(here, 0)).map((stage) => stage.id);

  const act = useAct(
    async ({ reason, which }: { reason: string; which: Verb }) => {
      if (which === 'kill')
        return api.POST('/api/v1/projects/{project}/kill', {
          params: { path: { project } },
          body: { scope: 'variant', id: rollout.variant, reason } as never,
        });
      const path = { params: { path: { project, rollout: rollout.id } } };
      const base = '/api/v1/projects/{project}/rollouts/{rollout}' as const;
      const body = { reason } as never;
      if (which === 'start') return api.POST(`${base}/start`, { ...path, body });
      if (which === 'advance') return api.POST(`${base}/advance`, { ...path, body });
      if (which === 'approve') return api.POST(`${base}/approve`, { ...path, body });
      if (which === 'hold') return api.POST(`${base}/hold`, { ...path, body });
      if (which === 'roll-back') return api.POST(`${base}/roll-back`, { ...path, body });
      return api.POST(`${base}/step-back`, { ...path, body: { reason, ...(to ? { to } : {}) } as never });
    },
    { changes: [['rollouts', project], ['standings'], ['gates', project]] },
  );
  const danger = verb === 'roll-back' || verb === 'kill';
  return (
    <>
      {status.state === 'draft' && (
        <Button disabled={!mayAdvance} onClick={() => setVerb('start')}>
          {t('rollout.act.start')}
        </Button>
      )}
      {running && next && (
        <Button disabled={!mayAdvance} onClick={() => setVerb('advance')}>
          {t('rollout.act.advance', { stage: next })}
        </Button>
      )}
      {running && (
        <Button variant="default" disabled={!mayStop} onClick={() => setVerb('hold')}>
          {t('rollout.act.hold')}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">{t('rollout.act.more')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={!running || !next || !mayAdvance} onClick={() => setVerb('approve')}>
            {t('rollout.act.approve')}
          </Menu.Item>
          <Menu.Item disabled={!running || here < 0 || !mayStop} onClick={() => setVerb('step-back')}>
            {t('rollout.act.step-back')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" disabled={!running || !mayStop} onClick={() => setVerb('roll-back')}>
            {t('rollout.act.roll-back')}
          </Menu.Item>
          <Menu.Item color="red" disabled={status.state === 'killed' || !mayStop} onClick={() => setVerb('kill')}>
            {t('rollout.act.kill')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ReasonDialog
        opened={verb !== undefined}
        onClose={() => setVerb(undefined)}
        title={verb ? t(`rollout.title.${verb}`) : ''}
        label={t('parts.reason')}
        confirm={verb ? t(`rollout.confirm.${verb}`) : ''}
        danger={danger}
        onConfirm={({ text }) => (verb ? act.mutateAsync({ reason: text, which: verb }) : Promise.resolve())}
      >
        <p>{verb ? t(`rollout.what.${verb}`) : ''}</p>
        {verb === 'step-back' && lower.length > 0 && (
          <Select
            label={t('rollout.step_back.to')}
            description={t('rollout.step_back.to.text')}
            data={lower}
            value={to || null}
            onChange={(value) => setTo(value ?? '')}
            clearable
          />
        )}
      </ReasonDialog>
    </>
  );
}
