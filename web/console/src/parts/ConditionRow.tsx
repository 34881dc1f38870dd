import { useId, useState, type ReactNode } from 'react';
import { formatMoment, formatNumber, t } from '@/i18n';
import type { Tone } from '@/theme/theme';
import { AgeTag } from './AgeTag';
import { EvidenceChip } from './EvidenceChip';
import { Mark } from './Mark';
import { RangeBar } from './RangeBar';
import { scaleOf } from './scale';
import classes from './condition.module.css';

export interface ConditionView {
  label: string;
  tone: Tone;
  state: string;
  // How it stands, in a sentence.
  why: string;
  // The measured value in words, with its interval; absent where nothing is measured.
  said?: string;
  n: number;
  target: string;
  needs?: string;
  asked?: string;
  fix?: string;
  evidence: string;
  asOf: string | null;
  expires: string | null;
  filter: string;
  // The picture; absent where value and target have no common scale.
  bar?: {
    value: number | null;
    lower: number | null;
    upper: number | null;
    target: number | null;
    direction: 'ge' | 'le';
    share: boolean;
  };
}

// One condition of a gate: state, what it is about, the number against its target, what is still
// needed. Opened, it says why it is asked and what it rests on.
export function ConditionRow({
  condition: c,
  acts,
  more,
}: {
  condition: ConditionView;
  acts?: ReactNode;
  // Rarer acts, shown among the details.
  more?: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const scale = c.bar ? scaleOf([c.bar.value, c.bar.lower, c.bar.upper], c.bar.target, c.bar.share) : undefined;
  return (
    <li className={classes.condition} data-tone={c.tone}>
      <div className={classes.state}>
        <Mark tone={c.tone}>{c.state}</Mark>
      </div>
      <div className={classes.what}>
        <p className={classes.label}>{c.label}</p>
        <p className={classes.why}>{c.why}</p>
        {c.needs && <p className={classes.needs}>{c.needs}</p>}
      </div>
      <div className={classes.measure}>
        {c.said && <p className={classes.value}>{c.said}</p>}
        {c.bar && scale && (
          <RangeBar
            {...scale}
            value={c.bar.value}
            lower={c.bar.lower}
            upper={c.bar.upper}
            target={c.bar.target}
            direction={c.bar.direction}
            tone={c.tone}
            label={`${c.said ?? t('common.not_measured')}, ${t('parts.target', { target: c.target })}`}
          />
        )}
        <p className={classes.small}>
          {t('parts.target', { target: c.target })}
          {c.n > 0 && ` · ${t('parts.n', { n: formatNumber(c.n) })}`}
        </p>
      </div>
      <div className={classes.acts}>
        {acts}
        <button
          type="button"
          className={classes.more}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {open ? t('parts.less') : t('parts.more')}
          <span className="unseen">{c.label}</span>
        </button>
      </div>
      {open && (
        <dl id={id} className={classes.details}>
          {c.asked && (
            <div>
              <dt>{t('parts.asked')}</dt>
              <dd>{c.asked}</dd>
            </div>
          )}
          {c.fix && (
            <div>
              <dt>{t('parts.fix')}</dt>
              <dd>{c.fix}</dd>
            </div>
          )}
          <div>
            <dt>{t('parts.rests_on')}</dt>
            <dd className={classes.chips}>
              <EvidenceChip evidence={c.evidence} />
              {c.filter && <span className={classes.small}>{c.filter}</span>}
              <AgeTag at={c.asOf} expires={c.expires} />
              {!c.evidence && !c.asOf && <span className={classes.small}>{t('parts.no_evidence')}</span>}
            </dd>
          </div>
          {c.expires && (
            <div>
              <dt>{t('parts.expires')}</dt>
              <dd>{formatMoment(c.expires)}</dd>
            </div>
          )}
        </dl>
      )}
      {open && more && <div className={classes.rarer}>{more}</div>}
    </li>
  );
}
