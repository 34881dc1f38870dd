// The plan: the road by phases, what is measured, the risk checklist, what is wrong with it, and
// every change of it in words.
import { useQuery } from '@tanstack/react-query';
import { useProject } from '@/api/session';
import { formatNumber, t, words } from '@/i18n';
import { durationWords } from '@/i18n/prose';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import type { Tone } from '@/theme/theme';
import { formatValue } from '../gate/gate_words';
import { planHead } from '../settings/plan_texts';
import { Changes } from './Changes';
import { Files } from './Files';
import { lint, phases, type Activity, type Plan } from './plan_shape';
import { RiskTable } from './RiskTable';
import classes from './plan.module.css';

const activityTones: Record<Activity['status'], Tone> = {
  todo: 'unknown',
  doing: 'info',
  done: 'good',
  skipped: 'attention',
};
const findingTones: Record<string, Tone> = { blocker: 'bad', warning: 'attention', advice: 'info' };

export default function PlanScreen() {
  const project = useProject();
  const query = useQuery(planHead(project));
  return (
    <Page title={t('plan.title')} lead={t('plan.lead')}>
      <Loaded query={query} lines={10}>
        {(view) => {
          const plan = view.plan as unknown as Plan;
          return (
            <>
              <p className={classes.small}>
                {t('plan.revision', { revision: view.revision })}
                {view.locked && ` · ${t('plan.locked')}`}
              </p>
              <Road plan={plan} />
              <Metrics plan={plan} />
              <RiskTable project={project} plan={plan} />
              <Findings project={project} />
              <Changes project={project} />
              <Files project={project} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Road({ plan }: { plan: Plan }) {
  return (
    <Panel title={t('plan.road')} lead={t('plan.road.lead')}>
      <div className={classes.road}>
        {plan.phases.map((phase) => {
          const done = phase.activities.filter((one) => one.status === 'done' || one.status === 'skipped').length;
          return (
            <section key={phase.id} className={classes.phase} aria-labelledby={`phase-${phase.id}`}>
              <h3 id={`phase-${phase.id}`} className={classes.phaseName}>
                {words(`phase.${phase.id}`) ?? phase.id}
              </h3>
              <p className={classes.small}>
                {phase.owner} · {durationWords(phase.duration)} · {t('plan.done', { done, all: phase.activities.length })}
              </p>
              <ul className={classes.activities}>
                {phase.activities.map((one) => (
                  <li key={one.id}>
                    <Status
                      tone={activityTones[one.status]}
                      word={words(`plan.activity.${one.status}`) ?? one.status}
                    />
                    <span>{one.text}</span>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Panel>
  );
}

function Metrics({ plan }: { plan: Plan }) {
  return (
    <Panel title={t('plan.metrics')} lead={t('plan.metrics.lead')} flush>
      <Scroll>
        <table className={panel.table}>
          <thead>
            <tr>
              <th scope="col">{t('plan.metrics.metric')}</th>
              {phases.map((phase) => (
                <th key={phase} scope="col" className={panel.number}>
                  {words(`phase.${phase}`) ?? phase}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {plan.metrics.map((metric) => (
              <tr key={metric.id}>
                <th scope="row">{metric.label}</th>
                {phases.map((phase) => {
                  const target = metric.targets[phase];
                  return (
                    <td key={phase} className={panel.number}>
                      {target ? (
                        <>
                          {metric.better === 'lower' ? '≤' : '≥'} {formatValue(target.value, metric.unit)}
                          {target.min_n !== undefined && (
                            <div className={panel.small}>{t('plan.metrics.min_n', { n: formatNumber(target.min_n) })}</div>
                          )}
                        </>
                      ) : (
                        '–'
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

function Findings({ project }: { project: string }) {
  const query = useQuery(lint(project));
  return (
    <Panel
      title={t('start.findings')}
      lead={t('plan.findings.lead')}
      aside={query.data && t('start.score', { score: formatNumber(query.data.score) })}
    >
      <Loaded query={query}>
        {(data) =>
          data.findings.length === 0 ? (
            <Status tone="good" word={t('start.findings.none')} />
          ) : (
            <ul className={panel.rows}>
              {data.findings.map((one) => (
                <li key={one.id + one.path + one.what} className={panel.row}>
                  <Status tone={findingTones[one.level] ?? 'info'} word={words(`start.level.${one.level}`) ?? one.level} />
                  <div>
                    <strong>{one.what}</strong>
                    <div className={classes.small}>
                      {one.why} {one.fix && `→ ${one.fix}`}
                    </div>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
