// A measured share with its interval against a target, as a bar and as words.
import { formatShare, t } from '@/i18n';
import classes from './IntervalBar.module.css';

export interface IntervalBarProps {
  value: number | null; // 0 … 1
  lower?: number | null;
  upper?: number | null;
  target?: number | null;
  n?: number | null;
}

const width = 160;

export function IntervalBar({ value, lower, upper, target, n }: IntervalBarProps) {
  const at = (x: number) => Math.min(1, Math.max(0, x)) * width;
  const said =
    value === null
      ? t('common.not_measured')
      : lower != null && upper != null
        ? t('common.interval', {
            value: formatShare(value, 1),
            lower: formatShare(lower, 1),
            upper: formatShare(upper, 1),
          })
        : formatShare(value, 1);
  return (
    <span className={classes.whole}>
      {value !== null && (
        <svg width={width} height={16} aria-hidden="true" className={classes.bar}>
          <rect x={0} y={6} width={width} height={4} rx={2} className={classes.track} />
          {lower != null && upper != null && (
            <rect
              x={at(lower)}
              y={4}
              width={Math.max(2, at(upper) - at(lower))}
              height={8}
              rx={2}
              className={classes.range}
            />
          )}
          <circle cx={at(value)} cy={8} r={4} className={classes.dot} />
          {target != null && <path d={`M${at(target)} 0v16`} className={classes.target} />}
        </svg>
      )}
      <span className={classes.words}>
        {said}
        {n != null && ` · ${t('common.n', { n })}`}
        {target != null && ` · ${t('common.target', { target: formatShare(target, 1) })}`}
      </span>
    </span>
  );
}
