// Spend by phase against its cap: what is counted, and what is reserved for answers under way.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { useProject } from '@/api/session';
import { formatMoney, formatShare, t, words } from '@/i18n';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import { MonitorTabs } from './MonitorTabs';
import classes from './monitor.module.css';

interface SpendPhase {
  phase: string;
  counted: string;
  reserved: string;
  cap: number | string | null;
}

const spend = (project: string) =>
  queryOptions({
    queryKey: ['board', project, 'spend'],
    queryFn: () =>
      answer<{ currency: string; phases: SpendPhase[] }>(
        api.GET('/api/v1/projects/{project}/spend', { params: { path: { project } } }),
      ),
    refetchInterval: 30_000,
  });

export default function SpendScreen() {
  const project = useProject();
  const query = useQuery(spend(project));
  return (
    <Page title={t('monitor.spend')} lead={t('monitor.spend.lead')}>
      <MonitorTabs />
      <Panel title={t('monitor.spend.phases')} flush>
        <Loaded query={query}>
          {(data) => (
            <Scroll>
              <table className={panel.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('monitor.spend.phase')}</th>
                    <th scope="col" className={panel.number}>
                      {t('monitor.spend.counted')}
                    </th>
                    <th scope="col" className={panel.number}>
                      {t('monitor.spend.reserved')}
                    </th>
                    <th scope="col" className={panel.number}>
                      {t('monitor.spend.cap')}
                    </th>
                    <th scope="col">{t('monitor.spend.used')}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.phases.map((row) => (
                    <Phase key={row.phase} row={row} currency={data.currency} />
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function Phase({ row, currency }: { row: SpendPhase; currency: string }) {
  const cap = row.cap == null ? null : Number(row.cap);
  const used = cap ? Number(row.counted) / cap : null;
  const held = cap ? (Number(row.counted) + Number(row.reserved)) / cap : null;
  return (
    <tr>
      <th scope="row">{words(`phase.${row.phase}`) ?? row.phase}</th>
      <td className={panel.number}>{formatMoney(row.counted, currency)}</td>
      <td className={panel.number}>{formatMoney(row.reserved, currency)}</td>
      <td className={panel.number}>{cap == null ? t('monitor.spend.no_cap') : formatMoney(cap, currency)}</td>
      <td>
        {used == null ? (
          '–'
        ) : (
          <span className={classes.money}>
            <svg className={classes.moneyBar} aria-hidden="true">
              <rect width="100%" height="8" rx="4" className={classes.track} />
              <rect width={`${Math.min(100, (held ?? 0) * 100)}%`} height="8" rx="4" className={classes.reserved} />
              <rect width={`${Math.min(100, used * 100)}%`} height="8" rx="4" className={classes.spent} />
            </svg>
            {used >= 0.8 ? <Status tone={used >= 1 ? 'bad' : 'attention'} word={formatShare(used)} /> : formatShare(used)}
          </span>
        )}
      </td>
    </tr>
  );
}
