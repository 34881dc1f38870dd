// The views of the inbox with how many conversations stand in each.
import { views, type Counts, type View } from '@/api/desk';
import { formatNumber, t, type TextKey } from '@/i18n';
import classes from './Inbox.module.css';

export interface ViewsProps {
  view: View;
  counts: Counts | undefined;
  choose: (view: View) => void;
}

export function Views({ view, counts, choose }: ViewsProps) {
  return (
    <nav className={classes.views} aria-label={t('desk.views')}>
      {views.map((one) => (
        <button
          key={one}
          type="button"
          className={classes.view}
          aria-current={one === view || undefined}
          onClick={() => choose(one)}
        >
          {t(`desk.view.${one}` as TextKey)}
          <span className={classes.number}>{counts ? formatNumber(counts[one]) : ''}</span>
        </button>
      ))}
    </nav>
  );
}
