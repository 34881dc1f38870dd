// A refusal or a failure in words: what, what to do, the id to name to others.
import { asFault } from '@/api/fault';
import { t } from '@/i18n';
import { Icon } from './Icon';
import plain from './plain.module.css';
import classes from './states.module.css';

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const fault = asFault(error);
  return (
    <div className={classes.fault} role="alert">
      <Icon name="warning" />
      <div>
        <p className={classes.said}>{fault.said}</p>
        {fault.remedy && <p className={classes.said}>{fault.remedy}</p>}
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
          <button type="button" className={`${plain.button} ${plain.small} ${classes.again}`} onClick={retry}>
            {t('common.retry')}
          </button>
        )}
      </div>
    </div>
  );
}
