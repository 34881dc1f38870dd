// The red button that is always there: says what will happen, asks why, and stops serving. It is
// the server that stops, within a second; the console only asks.
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import { useMay, usePlace, useStanding } from '@/api/session';
import { t } from '@/i18n';
import { Icon } from '@/parts/Icon';
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
  const [opened, dialog] = useDisclosure(false);
  const stop = useSwitch('kill');
  if (!project.id) return null;
  return (
    <>
      <Button
        color="red.8"
        size="sm"
        px={12}
        leftSection={<Icon name="stop" size={16} />}
        onClick={dialog.open}
        disabled={!may || stopped}
        title={may ? undefined : t('stop.not_allowed')}
      >
        {t('stop.button')}
      </Button>
      <ReasonDialog
        opened={opened}
        onClose={dialog.close}
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
  const [opened, dialog] = useDisclosure(false);
  const resume = useSwitch('unkill');
  if (!stopped) return null;
  return (
    <div className={classes.banner} data-tone="bad" role="alert">
      <Icon name="stop" />
      {t('stop.stopped')}
      <Button size="xs" variant="default" onClick={dialog.open} disabled={!may}>
        {t('stop.resume')}
      </Button>
      <ReasonDialog
        opened={opened}
        onClose={dialog.close}
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
