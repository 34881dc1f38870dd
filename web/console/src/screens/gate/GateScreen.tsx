// A gate: what must hold before more people are served, where each condition stands, and the
// signature that opens it.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { useProject } from '@/api/session';
import { t } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Status } from '@/parts/Status';
import { gateRows, gateRun, type GateRow } from './gate_queries';
import { gateShort, gateTitle } from './gate_words';
import { GroupPanel } from './GroupPanel';
import { SignedHistory, SignPanel } from './SignPanel';
import { VerdictPanel } from './VerdictPanel';
import classes from './gate.module.css';

const groups = ['works', 'safe', 'affordable', 'people_ready'] as const;

export default function GateScreen() {
  const project = useProject();
  const { gate } = useParams<{ gate?: string }>();
  const rows = useQuery(gateRows(project));
  return (
    <Loaded query={rows}>
      {(all) => {
        const shown = gate ? decodeURIComponent(gate) : (all.find((row) => row.ahead) ?? all[0])?.gate;
        if (!shown)
          return (
            <Page title={t('gate.title')}>
              <EmptyState icon="gate" title={t('gate.no_plan')}>
                {t('gate.no_plan.text')}
              </EmptyState>
            </Page>
          );
        return (
          <Page title={t('gate.page', { gate: gateTitle(shown) })} lead={t('gate.lead')}>
            <GateChoice rows={all} shown={shown} />
            <OneGate project={project} gate={shown} key={shown} />
          </Page>
        );
      }}
    </Loaded>
  );
}

function GateChoice({ rows, shown }: { rows: GateRow[]; shown: string }) {
  return (
    <nav aria-label={t('gate.choice')}>
      <ol className={classes.gates}>
        {rows.map((row) => (
          <li key={row.gate}>
            <Link
              href={`/plan/gate/${encodeURIComponent(row.gate)}`}
              className={classes.gateLink}
              aria-current={row.gate === shown ? 'page' : undefined}
            >
              <span className={classes.gateName}>{gateShort(row.gate)}</span>
              <Status
                tone={row.verdict === 'ready' ? 'good' : 'unknown'}
                word={
                  row.verdict === 'ready'
                    ? t('gate.choice.ready')
                    : row.ahead
                      ? t('gate.choice.ahead', { count: row.open ?? 0 })
                      : t('gate.choice.open', { count: row.open ?? 0 })
                }
              />
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function OneGate({ project, gate }: { project: string; gate: string }) {
  const query = useQuery(gateRun(project, gate));
  return (
    <Loaded query={query} lines={8}>
      {(run) => (
        <>
          <VerdictPanel run={run} />
          {run.verdict === 'ready' && <SignPanel run={run} />}
          {groups.map((group) => (
            <GroupPanel
              key={group}
              project={project}
              title={t(`gate.group.${group}`)}
              conditions={run.conditions.filter((c) => c.group === group)}
            />
          ))}
          {run.verdict !== 'ready' && <SignPanel run={run} />}
          <SignedHistory gate={gate} />
        </>
      )}
    </Loaded>
  );
}
