import { t } from '@/i18n';
import classes from './Shell.module.css';

export function Waiting() {
  return (
    <div className={classes.loading} role="status" aria-label={t('common.loading')}>
      <span className={classes.turning} />
    </div>
  );
}
