// The red button that is always there: says what will happen, asks why, and stops serving. It is
// the server that stops, within a second; the console only asks.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { useMay, usePlace, useStanding } from '@/api/session';
import { t } from '@/i18n';
import { Icon } from '@/parts/Icon';
import plain from '@/parts/plain.module.css';
import { ReasonDialog } from '@/parts/ReasonDialog';
import classes from './Shell.module.css';

function useSwitch(to: 'kill' | 'unkill') {
  const { project } = usePlace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => {
      const ask = { params: { path: { project: project.id } }, body: { scope: 'project' as const, reason } };
      return to === 'kill'
        ? api.POST('/api/v1/projects/{project}/kill', ask)
        : api.POST('/api/v1/projects/{project}/unkill', ask);
    },
    onSuccess: () => client.invalidateQueries(),
  });
}

export function StopButton() {
  const { project } = usePlace();
  const may = useMay('stop');
  const stopped = useStanding()?.stopped ?? false;
  const [opened, setOpened] = useState(false);
  const stop = useSwitch('kill');
  if (!project.id) return null;
  return (
    <>
      <button
        type="button"
        className={`${plain.button} ${plain.danger}`}
        onClick={() => setOpened(true)}
        disabled={!may || stopped}
        title={may ? undefined : t('stop.not_allowed')}
      >
        <Icon name="stop" size={16} />
        {t('stop.button')}
      </button>
      <ReasonDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('stop.title', { project: project.title })}
        label={t('stop.reason')}
        confirm={t('stop.confirm')}
        danger
        onConfirm={({ text }) => stop.mutateAsync(text)}
      >
        {t('stop.what')}
      </ReasonDialog>
    </>
  );
}

// Above every screen as long as the project is stopped.
export function Stopped() {
  const stopped = useStanding()?.stopped ?? false;
  const may = useMay('stage.resume');
  const [opened, setOpened] = useState(false);
  const resume = useSwitch('unkill');
  if (!stopped) return null;
  return (
    <div className={classes.banner} data-tone="bad" role="alert">
      <Icon name="stop" />
      {t('stop.stopped')}
      <button type="button" className={plain.button} onClick={() => setOpened(true)} disabled={!may}>
        {t('stop.resume')}
      </button>
      <ReasonDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('stop.resume')}
        label={t('stop.reason')}
        confirm={t('stop.resume')}
        onConfirm={({ text }) => resume.mutateAsync(text)}
      >
        {t('stop.resume.what')}
      </ReasonDialog>
    </div>
  );
}
