import { formatDate, formatNumber, formatShare, t, words } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { Mark } from '@/parts/Mark';
import { Panel } from '@/parts/Panel';
import { RangeBar } from '@/parts/RangeBar';
import { scaleOf } from '@/parts/scale';
import { Scroll } from '@/parts/Scroll';
import { toneOf } from '@/parts/status';
import panel from '@/parts/panel.module.css';
import type { RolloutMetric, RolloutStatus } from './rollout_queries';

function forecastWords(metric: RolloutMetric): string {
  const ahead = metric.forecast;
  if (metric.verdict !== 'WAIT') return words(`rollout.verdict.${metric.verdict}.text`) ?? '';
  if (metric.n === 0) return t('rollout.forecast.none');
  const date = ahead.date_p90 ?? ahead.date;
  if (ahead.n_more != null && ahead.n_more > 0)
    return date
      ? t('rollout.forecast.more_by', { count: ahead.n_more, date: formatDate(date) })
      : t('rollout.forecast.more', { count: ahead.n_more });
  return t('rollout.forecast.open');
}

// Every number that may move or stop the rollout, with its verdict and what would settle it.
export function Guardrails({ status }: { status: RolloutStatus }) {
  const split = status.sample_ratio;
  return (
    <Panel title={t('rollout.guardrails')} lead={t('rollout.guardrails.lead')} flush>
      {status.metrics.length === 0 ? (
        <EmptyState icon="monitor" title={t('rollout.guardrails.none')}>
          {t('rollout.guardrails.none.text')}
        </EmptyState>
      ) : (
        <Scroll>
          <table className={panel.table}>
            <thead>
              <tr>
                <th scope="col">{t('rollout.column.metric')}</th>
                <th scope="col">{t('rollout.column.verdict')}</th>
                <th scope="col">{t('rollout.column.value')}</th>
                <th scope="col" className={panel.number}>
                  {t('rollout.column.n')}
                </th>
                <th scope="col" className={panel.number}>
                  {t('rollout.column.target')}
                </th>
                <th scope="col">{t('rollout.column.role')}</th>
              </tr>
            </thead>
            <tbody>
              {status.metrics.map((metric) => (
                <MetricRow key={metric.id} metric={metric} />
              ))}
              <tr>
                <th scope="row">{t('rollout.split')}</th>
                <td>
                  <Mark tone={split.verdict === 'FAIL' ? 'bad' : split.n > 0 ? 'good' : 'unknown'}>
                    {split.verdict === 'FAIL'
                      ? t('rollout.split.broken')
                      : split.n > 0
                        ? t('rollout.split.fine')
                        : t('rollout.verdict.WAIT')}
                  </Mark>
                </td>
                <td className={panel.small}>
                  {split.n > 0
                    ? t('rollout.split.text', {
                        canary: split.canary,
                        expected: formatNumber(split.expected_canary, { maximumFractionDigits: 0 }),
                      })
                    : t('rollout.split.none')}
                </td>
                <td className={panel.number}>{formatNumber(split.n)}</td>
                <td />
                <td className={panel.small}>{t('rollout.role.check')}</td>
              </tr>
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}

function MetricRow({ metric }: { metric: RolloutMetric }) {
  const tone = toneOf(metric.verdict);
  const measured = metric.estimate != null;
  const value = measured
    ? t('parts.value.range', {
        value: formatShare(metric.estimate ?? 0, 1),
        lower: formatShare(metric.interval[0] ?? 0, 1),
        upper: formatShare(metric.interval[1] ?? 1, 1),
      })
    : t('common.not_measured');
  const target = formatShare(metric.target, 1);
  return (
    <tr>
      <th scope="row">{words(`metric.${metric.id}`) ?? metric.id}</th>
      <td>
        <Mark tone={tone}>{words(`rollout.verdict.${metric.verdict}`) ?? metric.verdict}</Mark>
        <div className={panel.small}>{forecastWords(metric)}</div>
      </td>
      <td>
        <div className={panel.measure}>
          {value}
          {measured && (
            <RangeBar
              {...scaleOf([metric.estimate, metric.interval[0], metric.interval[1]], metric.target, true)}
              value={metric.estimate}
              lower={metric.interval[0]}
              upper={metric.interval[1]}
              target={metric.target}
              direction={metric.complement ? 'le' : 'ge'}
              tone={tone}
              label={`${value}, ${t('parts.target', { target })}`}
            />
          )}
        </div>
      </td>
      <td className={panel.number}>{formatNumber(metric.n)}</td>
      <td className={panel.number}>{metric.complement ? `≤ ${target}` : `≥ ${target}`}</td>
      <td className={panel.small}>
        {metric.promote ? t('rollout.role.promote') : t('rollout.role.protect')}
        {metric.on_fail && <div>{words(`rollout.on_fail.${metric.on_fail}`) ?? metric.on_fail}</div>}
      </td>
    </tr>
  );
}
