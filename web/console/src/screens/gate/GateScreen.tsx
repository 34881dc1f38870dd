// A gate: what must hold before more people are served, where each condition stands, and the
// signature that opens it.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { useProject, useStanding } from '@/api/session';
import { t } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Status } from '@/parts/Status';
import { gateRows, gateRun, signatureRows, type GateRow } from './gate_queries';
import { gateShort, gateTitle, inOrder, isBehind } from './gate_words';
import { GroupPanel } from './GroupPanel';
import { SignedHistory, SignPanel } from './SignPanel';
import { VerdictPanel } from './VerdictPanel';
import classes from './gate.module.css';

const groups = ['works', 'safe', 'affordable', 'people_ready'] as const;

export default function GateScreen() {
  const project = useProject();
  const { gate } = useParams<{ gate?: string }>();
  const rows = useQuery(gateRows(project));
  const phase = useStanding()?.phase;
  const signatures = useQuery(signatureRows(project)).data ?? [];
  const behind = (row: GateRow) => isBehind(row, phase, signatures);
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
            <GateChoice rows={inOrder(all)} shown={shown} behind={behind} />
            <OneGate
              project={project}
              gate={shown}
              behind={all.some((row) => row.gate === shown && behind(row))}
              key={shown}
            />
          </Page>
        );
      }}
    </Loaded>
  );
}

function choiceWord(row: GateRow, behind: boolean): string {
  if (behind) return t('gate.choice.signed');
  if (row.verdict === 'ready') return t('gate.choice.ready');
  return t(row.ahead ? 'gate.choice.ahead' : 'gate.choice.open', { count: row.open ?? 0 });
}

function GateChoice({
  rows,
  shown,
  behind,
}: {
  rows: GateRow[];
  shown: string;
  behind: (row: GateRow) => boolean;
}) {
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
                tone={behind(row) || row.verdict === 'ready' ? 'good' : 'unknown'}
                word={choiceWord(row, behind(row))}
              />
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function OneGate({ project, gate, behind }: { project: string; gate: string; behind: boolean }) {
  const query = useQuery(gateRun(project, gate));
  return (
    <Loaded query={query} lines={8}>
      {(run) => (
        <>
          <VerdictPanel run={run} behind={behind} />
          {behind && <SignedHistory gate={gate} />}
          {!behind && run.verdict === 'ready' && <SignPanel run={run} />}
          {groups.map((group) => (
            <GroupPanel
              key={group}
              project={project}
              title={t(`gate.group.${group}`)}
              conditions={run.conditions.filter((c) => c.group === group)}
            />
          ))}
          {!behind && run.verdict !== 'ready' && <SignPanel run={run} />}
          {!behind && <SignedHistory gate={gate} />}
        </>
      )}
    </Loaded>
  );
}
