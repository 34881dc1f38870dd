// The board: how the assistant does for visitors, what they say, and whether it is well. Every
// number stands with how many it rests on and how sure it is.
import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { useProject } from '@/api/session';
import { formatAge, formatDate, formatNumber, t, words } from '@/i18n';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { RangeBar } from '@/parts/RangeBar';
import { scaleOf } from '@/parts/scale';
import { Status } from '@/parts/Status';
import { toneOf } from '@/parts/status';
import { TrendBars } from '@/parts/TrendBars';
import { MonitorTabs } from './MonitorTabs';
import { board, type Board, type BoardNumber } from './monitor_queries';
import { numberSentence, numberTitle, numberValue, targetText, verdictWord } from './number_words';
import classes from './monitor.module.css';

const periods = ['comparison', 'stage', 'month', '30d', 'day'] as const;
const panels = ['performance', 'feedback', 'health'] as const;

export default function BoardScreen() {
  const project = useProject();
  const [search, setSearch] = useSearchParams();
  const period = search.get('period') ?? '30d';
  const query = useQuery({ ...board(project, period), placeholderData: keepPreviousData });
  return (
    <Page title={t('monitor.title')} lead={t('monitor.lead')}>
      <MonitorTabs />
      <div className={classes.period}>
        <SegmentedControl
          aria-label={t('monitor.period')}
          value={period}
          onChange={(value) => setSearch({ period: value }, { replace: true })}
          data={periods.map((one) => ({ value: one, label: words(`monitor.period.${one}`) ?? one }))}
        />
      </div>
      <Loaded query={query} lines={10}>
        {(data) => <Panels data={data} />}
      </Loaded>
    </Page>
  );
}

function Panels({ data }: { data: Board }) {
  const of = new Map(data.numbers.map((n) => [n.key, n]));
  return (
    <>
      <p className={classes.small}>
        {t('monitor.over', { from: formatDate(data.period.from), to: formatDate(data.period.to) })}
        {` · ${t('monitor.as_of', { when: formatAge(data.as_of) })}`}
        {data.lag_s != null && data.lag_s > 5 && ` · ${t('monitor.lag', { s: formatNumber(data.lag_s) })}`}
      </p>
      {panels.map((panel) => {
        const numbers = data.panels[panel].flatMap((key) => of.get(key) ?? []);
        return numbers.length === 0 ? null : (
          <section key={panel} aria-labelledby={`panel-${panel}`}>
            <h2 id={`panel-${panel}`} className={classes.heading}>
              {t(`monitor.panel.${panel}`)}
            </h2>
            <ul className={classes.tiles}>
              {numbers.map((n) => (
                <Tile key={n.key} n={n} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Tile({ n }: { n: BoardNumber }) {
  const tone = toneOf(n.verdict);
  const target = targetText(n);
  const share = n.unit === 'share';
  const drawn = n.value != null && share && n.interval !== 'none';
  return (
    <li className={classes.tile}>
      <div className={classes.tileHead}>
        <h3 className={classes.name}>{numberTitle(n.key, n.title)}</h3>
        {n.target != null && <Status tone={tone} word={verdictWord(n.verdict)} />}
      </div>
      <p className={n.value == null ? classes.none : classes.value}>{numberValue(n)}</p>
      {drawn && (
        <RangeBar
          {...scaleOf([n.value, n.lower, n.upper], n.target, true)}
          value={n.value}
          lower={n.lower}
          upper={n.upper}
          target={n.target}
          direction={n.direction === 'le' ? 'le' : 'ge'}
          tone={n.target == null ? 'info' : tone}
          label={[numberTitle(n.key, n.title), numberValue(n), numberSentence(n), target].filter(Boolean).join(', ')}
        />
      )}
      {n.value != null && <p className={classes.small}>{numberSentence(n)}</p>}
      <p className={classes.small}>
        {t('parts.n', { n: formatNumber(n.n) })}
        {target && ` · ${t('parts.target', { target })}`}
      </p>
      {share && n.trend.some((point) => point.value != null) && (
        <TrendBars
          points={n.trend}
          max={1}
          target={n.target}
          label={t('monitor.trend', { name: numberTitle(n.key, n.title), count: n.trend.filter((p) => p.value != null).length })}
        />
      )}
    </li>
  );
}
