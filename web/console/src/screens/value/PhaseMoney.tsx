import { useQuery } from '@tanstack/react-query';
import { formatNumber, t, words } from '@/i18n';
import { Loaded } from '@/parts/Loaded';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import { amountOf } from './money_words';
import { money } from './value_queries';

// What each phase costs, in hours and in cash apart, against its budget.
export function PhaseMoney({ project }: { project: string }) {
  const query = useQuery(money(project));
  return (
    <Panel title={t('value.phases')} lead={t('value.phases.lead')} flush>
      <Loaded query={query}>
        {(data) => (
          <Scroll>
            <table className={panel.table}>
              <thead>
                <tr>
                  <th scope="col">{t('value.phases.phase')}</th>
                  <th scope="col" className={panel.number}>
                    {t('value.phases.hours')}
                  </th>
                  <th scope="col" className={panel.number}>
                    {t('value.phases.cash')}
                  </th>
                  <th scope="col" className={panel.number}>
                    {t('value.phases.cash80')}
                  </th>
                  <th scope="col" className={panel.number}>
                    {t('value.phases.budget')}
                  </th>
                  <th scope="col">{t('value.phases.fits')}</th>
                </tr>
              </thead>
              <tbody>
                {data.phases.map((row) => (
                  <tr key={row.phase}>
                    <th scope="row">{words(`phase.${row.phase ?? ''}`) ?? row.phase}</th>
                    <td className={panel.number}>
                      {row.hours == null ? '–' : t('parts.hours', { n: formatNumber(row.hours, { maximumFractionDigits: 0 }) })}
                    </td>
                    <td className={panel.number}>{amountOf(row.cash, data.currency)}</td>
                    <td className={panel.number}>{amountOf(row.cash_p80, data.currency)}</td>
                    <td className={panel.number}>{amountOf(row.budget, data.currency)}</td>
                    <td>
                      {row.within_budget == null ? (
                        <Status tone="unknown" word={t('value.fits.unknown')} />
                      ) : (
                        <Status
                          tone={row.within_budget ? 'good' : 'bad'}
                          word={row.within_budget ? t('value.fits.yes') : t('value.fits.no')}
                        />
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </Loaded>
    </Panel>
  );
}
