import type { Tone } from '@/theme/theme';
import classes from './parts.module.css';

export interface RangeBarProps {
  // Ends of the scale, in the unit of all other values.
  min?: number;
  max?: number;
  value?: number | null;
  lower?: number | null;
  upper?: number | null;
  target?: number | null;
  // ge: right of the target is good; le: left of it is.
  direction?: 'ge' | 'le';
  tone: Tone;
  // What a screen reader says instead of the picture: value, interval and target in words.
  label: string;
}

// Value, interval and target on one line, as wide as its place: the good side is shaded, the
// interval is a band, the value a dot, the target a tick. Draws nothing that it was not given.
export function RangeBar({
  min = 0,
  max = 1,
  value,
  lower,
  upper,
  target,
  direction = 'ge',
  tone,
  label,
}: RangeBarProps) {
  const span = max - min || 1;
  // Two percent of room at both ends keeps a mark on the end of the scale visible.
  const at = (v: number) => 2 + 96 * Math.min(1, Math.max(0, (v - min) / span));
  const percent = (n: number) => `${n.toFixed(2)}%`;
  return (
    <svg className={classes.interval} role="img" aria-label={label} data-tone={tone}>
      <rect x="2%" y="9" width="96%" height="4" rx="2" className={classes.track} />
      {target != null && (
        <rect
          x={percent(direction === 'ge' ? at(target) : 2)}
          y="9"
          width={percent(direction === 'ge' ? 98 - at(target) : at(target) - 2)}
          height="4"
          className={classes.goodSide}
        />
      )}
      {lower != null && upper != null && (
        <rect
          x={percent(at(lower))}
          y="7"
          width={percent(Math.max(0.8, at(upper) - at(lower)))}
          height="8"
          rx="4"
          className={classes.band}
        />
      )}
      {target != null && (
        <line x1={percent(at(target))} x2={percent(at(target))} y1="1" y2="21" className={classes.targetMark} />
      )}
      {value != null && <circle cx={percent(at(value))} cy="11" r="4.5" className={classes.valueMark} />}
    </svg>
  );
}
