// The monthly reports: already written, one decision to take.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { useProject } from '@/api/session';
import { currentLanguage, formatMoment, formatNumber, t, words } from '@/i18n';
import { Lamp } from '@/parts/Lamp';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import { toneOf } from '@/parts/status';
import panel from '@/parts/panel.module.css';
import type { Tone } from '@/theme/theme';
import { MonitorTabs } from './MonitorTabs';
import { report, reportMonths, type Report } from './monitor_queries';
import { numberSentence, numberTitle, numberValue, targetText, verdictWord } from './number_words';
import classes from './monitor.module.css';

const tones: Record<string, Tone> = { green: 'good', red: 'bad', grey: 'unknown' };

function thisMonth(): string {
  return new Date().toISOString().slice(0, 7);
}

export function monthName(month: string): string {
  return new Intl.DateTimeFormat(currentLanguage(), { month: 'long', year: 'numeric' }).format(new Date(`${month}-15`));
}

export default function ReportsScreen() {
  const project = useProject();
  const { month: chosen } = useParams<{ month?: string }>();
  const months = useQuery(reportMonths(project));
  return (
    <Page title={t('monitor.reports')} lead={t('monitor.reports.lead')}>
      <MonitorTabs />
      <Loaded query={months}>
        {(written) => {
          const month = chosen ?? thisMonth();
          const all = [...new Set([thisMonth(), ...[...written].reverse()])];
          return (
            <>
              <nav aria-label={t('monitor.reports.months')}>
                <ul className={classes.months}>
                  {all.map((one) => (
                    <li key={one}>
                      <Link
                        href={`/monitor/reports/${one}`}
                        className={classes.month}
                        aria-current={one === month ? 'page' : undefined}
                      >
                        {monthName(one)}
                      </Link>
                    </li>
                  ))}
                </ul>
              </nav>
              <OneReport project={project} month={month} preview={!written.includes(month)} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function OneReport({ project, month, preview }: { project: string; month: string; preview: boolean }) {
  const query = useQuery(report(project, month, preview));
  return (
    <Loaded query={query} lines={10}>
      {(data) => <ReportView data={data} project={project} />}
    </Loaded>
  );
}

function ReportView({ data, project }: { data: Report; project: string }) {
  const file = `/api/v1/projects/${encodeURIComponent(project)}/reports/${data.month}`;
  const query = data.preview ? '?preview=1' : '';
  return (
    <>
      <Panel
        title={monthName(data.month)}
        aside={
          <Status
            tone={data.preview ? 'info' : data.final_ ? 'good' : 'unknown'}
            word={data.preview ? t('monitor.report.preview') : data.final_ ? t('monitor.report.final') : t('monitor.report.open')}
          />
        }
      >
        <p className={classes.headline} lang="en">
          {data.headline}
        </p>
        {data.decision && (
          <p className={classes.headline}>
            <strong>{t('monitor.report.decision')}</strong>{' '}
            {words(`monitor.decision.${data.decision.replaceAll(' ', '_')}`) ?? data.decision}
          </p>
        )}
        <p className={classes.small}>{t('monitor.report.written', { when: formatMoment(data.written_at) })}</p>
        <p className={classes.checks}>
          <Button component="a" href={`${file}.html${query}`} target="_blank" rel="noopener" variant="default" size="xs">
            {t('monitor.report.print')}
          </Button>
        </p>
      </Panel>
      <div className={classes.lamps}>
        {data.lamps.map((lamp) => (
          <Lamp
            key={lamp.name}
            title={words(`monitor.lamp.${lamp.name}`) ?? lamp.name}
            tone={tones[lamp.state] ?? 'unknown'}
            word={words(`monitor.lamp.state.${lamp.state}`) ?? lamp.state}
          >
            <span lang="en">{lamp.text}</span>
          </Lamp>
        ))}
      </div>
      <Panel title={t('monitor.report.numbers')} flush>
        <Scroll>
          <table className={panel.table}>
            <thead>
              <tr>
                <th scope="col">{t('monitor.column.number')}</th>
                <th scope="col" className={panel.number}>
                  {t('monitor.column.now')}
                </th>
                <th scope="col" className={panel.number}>
                  {t('monitor.column.before')}
                </th>
                <th scope="col">{t('monitor.column.target')}</th>
                <th scope="col">{t('monitor.column.words')}</th>
              </tr>
            </thead>
            <tbody>
              {data.numbers.map((row) => (
                <tr key={row.now.key}>
                  <th scope="row">{numberTitle(row.now.key, row.title)}</th>
                  <td className={panel.number}>
                    {numberValue(row.now)}
                    <div className={panel.small}>{t('parts.n', { n: formatNumber(row.now.n) })}</div>
                  </td>
                  <td className={panel.number}>
                    {row.last == null ? '–' : numberValue(row.now, row.last)}
                    {row.last != null && <div className={panel.small}>{t('parts.n', { n: formatNumber(row.last_n) })}</div>}
                  </td>
                  <td>
                    {targetText(row.now) ?? '–'}
                    {row.now.target != null && (
                      <div>
                        <Status tone={toneOf(row.now.verdict)} word={verdictWord(row.now.verdict)} />
                      </div>
                    )}
                  </td>
                  <td className={panel.small}>{numberSentence(row.now)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Panel>
      {data.sections.map((section) => (
        <Panel key={section.title} title={words(`monitor.section.${section.title.toLowerCase().replaceAll(' ', '_')}`) ?? section.title}>
          <ul className={classes.sentences} lang="en">
            {section.sentences.map((one) => (
              <li key={one.text}>{one.text}</li>
            ))}
          </ul>
        </Panel>
      ))}
    </>
  );
}
