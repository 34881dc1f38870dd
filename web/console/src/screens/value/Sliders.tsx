import { Button, Slider } from '@mantine/core';
import { formatNumber, t } from '@/i18n';
import type { ValueCase } from './value_queries';
import classes from './value.module.css';

// The three inputs that move the result most, to be tried out. Nothing is stored.
export function Sliders({
  stored,
  inputs,
  change,
}: {
  stored: ValueCase;
  inputs: Record<string, number>;
  change: (inputs: Record<string, number>) => void;
}) {
  const known = new Map(stored.inputs.map((row) => [row.name ?? '', row]));
  const three = stored.tornado.flatMap((row) => known.get(row.name ?? '') ?? []).slice(0, 3);
  if (three.length === 0) return null;
  return (
    <div className={classes.sliders}>
      <div className={classes.slidersHead}>
        <h3 className={classes.subhead}>{t('value.sliders')}</h3>
        {Object.keys(inputs).length > 0 && (
          <Button size="compact-xs" variant="subtle" onClick={() => change({})}>
            {t('value.sliders.reset')}
          </Button>
        )}
      </div>
      {three.map((row) => {
        const name = row.name ?? '';
        const used = row.used ?? 0;
        const share = used > 0 && used <= 1;
        const max = share ? 1 : used * 2 || 1;
        const value = inputs[name] ?? used;
        return (
          <div key={name} className={classes.slider}>
            <span>{row.words ?? name}</span>
            <Slider
              min={0}
              max={max}
              step={max / 100}
              value={value}
              onChange={(next) => change({ ...inputs, [name]: next })}
              label={(v) => formatNumber(v, { maximumFractionDigits: 2 })}
              thumbLabel={row.words ?? name}
            />
            <output className={classes.sliderValue}>{formatNumber(value, { maximumFractionDigits: 2 })}</output>
          </div>
        );
      })}
    </div>
  );
}
