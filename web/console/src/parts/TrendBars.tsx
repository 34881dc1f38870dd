import classes from './charts.module.css';

export interface TrendPoint {
  t: string;
  value: number | null;
  n: number;
  lower: number | null;
  upper: number | null;
}

// A number day by day: a dot with that day's own interval. Days without data stay empty: nothing
// is drawn as zero that was not measured as zero.
export function TrendBars({
  points,
  min = 0,
  max,
  target,
  label,
}: {
  points: TrendPoint[];
  min?: number;
  max?: number;
  target?: number | null;
  label: string;
}) {
  const seen = points.filter((p) => p.value !== null);
  if (seen.length === 0) return null;
  const top = max ?? (Math.max(...seen.map((p) => p.upper ?? p.value ?? 0), target ?? 0) || 1);
  const y = (v: number) => 44 - 40 * Math.min(1, Math.max(0, (v - min) / (top - min || 1)));
  const x = (i: number) => `${((i + 0.5) / points.length) * 100}%`;
  return (
    <svg className={classes.trend} role="img" aria-label={label}>
      <line x1="0" x2="100%" y1="46" y2="46" className={classes.grid} />
      {target != null && <line x1="0" x2="100%" y1={y(target)} y2={y(target)} className={classes.targetLine} />}
      {points.map((p, i) =>
        p.value === null ? null : (
          <g key={p.t}>
            {p.lower !== null && p.upper !== null && (
              <line x1={x(i)} x2={x(i)} y1={y(p.lower)} y2={y(p.upper)} className={classes.whisker} />
            )}
            <circle cx={x(i)} cy={y(p.value)} r="2.5" className={classes.dot} />
          </g>
        ),
      )}
    </svg>
  );
}
