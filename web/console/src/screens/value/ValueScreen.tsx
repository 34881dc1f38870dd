// What the project is worth: the whole range, not one hopeful number; measured beside guessed; and
// the rule, signed beforehand, that says when to stop.
import { SegmentedControl, Switch } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { useProject } from '@/api/session';
import { formatNumber, formatShare, t } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { FanChart } from '@/parts/FanChart';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { Tornado } from '@/parts/Tornado';
import { Inputs } from './Inputs';
import { amount, amountOf } from './money_words';
import { PhaseMoney } from './PhaseMoney';
import { Sliders } from './Sliders';
import { StopRule } from './StopRule';
import { simulated, valueCase, type ValueCase, type View } from './value_queries';
import classes from './value.module.css';

export default function ValueScreen() {
  const project = useProject();
  const [search, setSearch] = useSearchParams();
  const view: View = search.get('view') === 'cash' ? 'cash' : 'capacity';
  const months = search.get('months') ?? '24';
  const [inputs, setInputs] = useState<Record<string, number>>({});
  const [asked] = useDebouncedValue(inputs, 250);
  const base = useQuery({ ...valueCase(project, view, months), placeholderData: keepPreviousData });
  const played = useQuery({
    ...simulated(project, view, months, asked),
    enabled: Object.keys(asked).length > 0,
    placeholderData: keepPreviousData,
  });
  const put = (part: Record<string, string>) =>
    setSearch({ view, months, ...part }, { replace: true });
  return (
    <Page
      title={t('value.title')}
      lead={t('value.lead')}
      actions={
        <>
          <SegmentedControl
            aria-label={t('value.view')}
            value={view}
            onChange={(value) => put({ view: value })}
            data={[
              { value: 'capacity', label: t('value.view.capacity') },
              { value: 'cash', label: t('value.view.cash') },
            ]}
          />
          <SegmentedControl
            aria-label={t('value.months')}
            value={months}
            onChange={(value) => put({ months: value })}
            data={['12', '24', '36'].map((one) => ({ value: one, label: t('value.months.n', { n: one }) }))}
          />
        </>
      }
    >
      <Loaded query={base} lines={10}>
        {(stored) => {
          const shown = Object.keys(inputs).length > 0 && played.data ? played.data : stored;
          return (
            <>
              {stored.incomplete.length > 0 && <Incomplete names={stored.incomplete} />}
              {shown.mc && <Figures of={shown} />}
              {shown.fan.length > 1 && (
                <Panel
                  title={t('value.fan')}
                  aside={shown !== stored ? t('value.simulated') : undefined}
                  lead={view === 'capacity' ? t('value.view.capacity.text') : t('value.view.cash.text')}
                >
                  <Fan of={shown} />
                </Panel>
              )}
              {stored.tornado.length > 0 && (
                <Panel title={t('value.tornado')}>
                  <Tornado
                    caption={t('value.tornado.caption')}
                    money={(value) => amount(value, shown.currency)}
                    head={{
                      input: t('value.tornado.input'),
                      low: t('value.tornado.low'),
                      effect: t('value.tornado.effect'),
                      high: t('value.tornado.high'),
                    }}
                    rows={shown.tornado.slice(0, 8).map((row) => ({
                      name: row.words ?? row.name ?? '',
                      low: Number(row.low ?? 0),
                      high: Number(row.high ?? 0),
                    }))}
                  />
                  <Sliders stored={stored} inputs={inputs} change={setInputs} />
                </Panel>
              )}
              {stored.stop_rule && <StopRule of={shown.stop_rule ?? stored.stop_rule} />}
              <Inputs rows={stored.inputs} />
              <PhaseMoney project={project} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Incomplete({ names }: { names: string[] }) {
  return (
    <Panel title={t('value.incomplete')}>
      <EmptyState icon="question" title={t('value.incomplete.title', { count: names.length })}>
        {t('value.incomplete.text', { names: names.join(', ') })}
      </EmptyState>
    </Panel>
  );
}

function Figures({ of }: { of: ValueCase }) {
  const spread = of.mc;
  const figures = [
    {
      name: t('value.figure.middle'),
      value: amountOf(spread?.p50, of.currency),
      more: t('value.figure.range', { low: amountOf(spread?.p10, of.currency), high: amountOf(spread?.p90, of.currency) }),
    },
    {
      name: t('value.figure.positive'),
      value: spread?.p_positive == null ? '–' : formatShare(spread.p_positive),
      more: t('value.figure.positive.text', { n: formatNumber(spread?.n ?? 0) }),
    },
    {
      name: t('value.figure.payback'),
      value:
        of.project?.payback_months == null ? t('value.never') : t('value.months.count', { count: of.project.payback_months }),
      more: t('value.figure.setup', { setup: amountOf(of.project?.setup, of.currency) }),
    },
    {
      name: t('value.figure.month'),
      value: amountOf(of.view === 'cash' ? of.month?.cash : of.month?.capacity, of.currency),
      more:
        of.breakeven?.N == null
          ? t('value.figure.no_breakeven')
          : t('value.figure.breakeven', { n: formatNumber(of.breakeven.N, { maximumFractionDigits: 0 }) }),
    },
  ];
  return (
    <dl className={classes.figures}>
      {figures.map((one) => (
        <div key={one.name} className={classes.figure}>
          <dt>{one.name}</dt>
          <dd className={classes.big}>{one.value}</dd>
          <dd className={classes.small}>{one.more}</dd>
        </div>
      ))}
    </dl>
  );
}

function Fan({ of }: { of: ValueCase }) {
  const [withVendor, setWithVendor] = useState(false);
  const points = of.fan.map((p) => ({
    month: p.month ?? 0,
    p10: Number(p.p10 ?? 0),
    p50: Number(p.p50 ?? 0),
    p90: Number(p.p90 ?? 0),
  }));
  const last = points[points.length - 1];
  const vendor = of.vendor_month == null ? undefined : Number(of.vendor_month);
  return (
    <>
    <FanChart
      points={points}
      title={t('value.fan')}
      description={
        last
          ? t('value.fan.text', {
              months: last.month,
              low: amount(last.p10, of.currency),
              middle: amount(last.p50, of.currency),
              high: amount(last.p90, of.currency),
            })
          : ''
      }
      money={(value) => amount(value, of.currency)}
      monthWord={t('value.fan.month')}
      ghost={vendor === undefined || !withVendor ? undefined : points.map((p) => ({ month: p.month, value: vendor * p.month }))}
      ghostWord={t('value.fan.vendor')}
    />
      {vendor !== undefined && (
        <Switch
          mt={12}
          label={t('value.fan.vendor.show')}
          checked={withVendor}
          onChange={(event) => setWithVendor(event.currentTarget.checked)}
        />
      )}
    </>
  );
}
