// A refusal or a failure in words: what, what to do, the id to name to others.
import { Button, Text } from '@mantine/core';
import { asFault } from '@/api/fault';
import { t } from '@/i18n';
import { Icon } from './Icon';
import classes from './states.module.css';

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const fault = asFault(error);
  return (
    <div className={classes.fault} role="alert">
      <Icon name="warning" />
      <div>
        <Text size="sm" fw={600}>
          {fault.said}
        </Text>
        {fault.remedy && <Text size="sm">{fault.remedy}</Text>}
        {fault.all.length > 1 && (
          <ul>
            {fault.all.map((one, at) => (
              <li key={at}>
                {one.where && <code>{one.where}</code>} {one.message}
              </li>
            ))}
          </ul>
        )}
        <div className={classes.small}>
          {fault.id}
          {fault.problem.request_id && ` · ${fault.problem.request_id}`}
        </div>
        {retry && (
          <Button size="xs" mt={8} variant="default" onClick={retry}>
            {t('common.retry')}
          </Button>
        )}
      </div>
    </div>
  );
}
