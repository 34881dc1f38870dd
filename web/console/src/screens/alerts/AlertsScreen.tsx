// Alerts: what went past a limit of the plan, and what is watched under the budget of false alarms.
import { useQuery } from '@tanstack/react-query';
import { useProject } from '@/api/session';
import { formatNumber, formatShare, t, words } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { Loaded } from '@/parts/Loaded';
import { Mark } from '@/parts/Mark';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import panel from '@/parts/panel.module.css';
import { MonitorTabs } from '../monitor/MonitorTabs';
import { AlertCard } from './AlertCard';
import { alertsQuery, isOpen, watchedQuery, type Detector } from './alert_queries';

export default function AlertsScreen() {
  const project = useProject();
  const alerts = useQuery({ ...alertsQuery(project), enabled: project !== '' });
  const watched = useQuery({ ...watchedQuery(project), enabled: project !== '' });
  return (
    <Page title={t('alerts.title')} lead={t('alerts.lead')}>
      <MonitorTabs />
      <Loaded query={alerts}>
        {(all) => (
          <>
            {all.every((one) => !isOpen(one)) && (
              <EmptyState title={t('alerts.none')}>{t('alerts.none.text')}</EmptyState>
            )}
            {[...all.filter(isOpen), ...all.filter((one) => !isOpen(one))].map((one) => (
              <AlertCard key={one.id} project={project} alert={one} />
            ))}
          </>
        )}
      </Loaded>
      <Loaded query={watched}>
        {(data) => (
          <Panel
            title={t('alerts.watched')}
            lead={t('alerts.budget', {
              count: data.budget.alerts_365d,
              budget: formatNumber(data.budget.false_alarms_a_year),
              wrong: formatNumber(data.budget.false_alarms_365d),
            })}
            flush
          >
            {data.streams.length === 0 ? (
              <EmptyState icon="info" title={t('alerts.watched.none')}>
                {t('alerts.watched.none.text')}
              </EmptyState>
            ) : (
              <Scroll>
                <table className={panel.table}>
                  <thead>
                    <tr>
                      <th scope="col">{t('alerts.column.stream')}</th>
                      <th scope="col" className={panel.number}>
                        {t('alerts.column.limit')}
                      </th>
                      <th scope="col" className={panel.number}>
                        {t('alerts.column.lately')}
                      </th>
                      <th scope="col" className={panel.number}>
                        {t('alerts.column.n')}
                      </th>
                      <th scope="col">{t('alerts.column.state')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.streams.map((one) => (
                      <Row key={one.stream} row={one} />
                    ))}
                  </tbody>
                </table>
              </Scroll>
            )}
          </Panel>
        )}
      </Loaded>
    </Page>
  );
}

function Row({ row }: { row: Detector }) {
  return (
    <tr>
      <th scope="row">{words(`alerts.stream.${row.stream}`) ?? row.stream}</th>
      <td className={panel.number}>{formatShare(row.limit)}</td>
      <td className={panel.number}>{row.value === null ? t('monitor.no_data') : formatShare(row.value)}</td>
      <td className={panel.number}>{formatNumber(row.n)}</td>
      <td>
        <Mark tone={row.state === 'alarmed' ? 'bad' : 'info'}>{t(`alerts.detector.${row.state}`)}</Mark>
      </td>
    </tr>
  );
}
