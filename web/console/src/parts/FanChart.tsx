import classes from './charts.module.css';

export interface FanPoint {
  month: number;
  p10: number;
  p50: number;
  p90: number;
}

const width = 960;
const height = 300;
const room = { left: 72, right: 16, top: 12, bottom: 28 };

// Steps of 1, 2 or 5 times a power of ten: about four lines on the scale.
export function niceTicks(low: number, high: number): number[] {
  const span = high - low || 1;
  const raw = span / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw) ?? raw;
  const ticks: number[] = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step / 1e6; v += step) ticks.push(Math.round(v / step) * step || 0);
  return ticks;
}

// Money over months: the band holds 80 of 100 draws, the line is the middle, zero is marked.
export function FanChart({
  points,
  title,
  description,
  money,
  monthWord,
  ghost,
  ghostWord,
}: {
  points: FanPoint[];
  title: string;
  // The picture in a sentence, for those who do not see it.
  description: string;
  money: (amount: number) => string;
  monthWord: string;
  // A second line to compare with, drawn dashed.
  ghost?: { month: number; value: number }[];
  ghostWord?: string;
}) {
  if (points.length < 2) return null;
  const first = points[0]!;
  const last = points[points.length - 1]!;
  const values = points.flatMap((p) => [p.p10, p.p90]).concat(0, ...(ghost ?? []).map((g) => g.value));
  const ticks = niceTicks(Math.min(...values), Math.max(...values));
  const low = Math.min(ticks[0]!, ...values);
  const high = Math.max(ticks[ticks.length - 1]!, ...values);
  const x = (m: number) =>
    room.left + ((m - first.month) / (last.month - first.month || 1)) * (width - room.left - room.right);
  const y = (v: number) => room.top + ((high - v) / (high - low || 1)) * (height - room.top - room.bottom);
  const line = (of: { month: number; value: number }[]) =>
    of.map((p, i) => `${i === 0 ? "M" : "L"}${x(p.month).toFixed(1)} ${y(p.value).toFixed(1)}`).join("");
  const band =
    line(points.map((p) => ({ month: p.month, value: p.p90 }))) +
    line([...points].reverse().map((p) => ({ month: p.month, value: p.p10 }))).replace("M", "L") +
    "Z";
  const every = Math.max(1, Math.ceil(points.length / 8));
  return (
    <figure className={classes.figure}>
      <svg viewBox={`0 0 ${width} ${height}`} className={classes.chart} role="img" aria-label={`${title}. ${description}`}>
        {ticks.map((v) => (
          <g key={v}>
            <line x1={room.left} x2={width - room.right} y1={y(v)} y2={y(v)} className={v === 0 ? classes.zero : classes.grid} />
            <text x={room.left - 8} y={y(v) + 4} textAnchor="end" className={classes.tick}>
              {money(v)}
            </text>
          </g>
        ))}
        <path d={band} className={classes.fan} />
        <path d={line(points.map((p) => ({ month: p.month, value: p.p50 })))} className={classes.middle} />
        {ghost && <path d={line(ghost)} className={classes.ghost} />}
        {ghost && ghost.length > 0 && ghostWord && (
          <text
            x={x(ghost[ghost.length - 1]!.month) - 4}
            y={y(ghost[ghost.length - 1]!.value) + 16}
            textAnchor="end"
            className={classes.tick}
          >
            {ghostWord}
          </text>
        )}
        {points
          .filter((_, i) => i % every === 0 || i === points.length - 1)
          .map((p) => (
            <text key={p.month} x={x(p.month)} y={height - 8} textAnchor="middle" className={classes.tick}>
              {p.month}
            </text>
          ))}
      </svg>
      <figcaption className={classes.caption}>
        <span className={classes.axis}>{monthWord}</span>
        {description}
      </figcaption>
    </figure>
  );
}
