import { Checkbox } from '@mantine/core';
import { t, words } from '@/i18n';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import type { Tone } from '@/theme/theme';
import { findingWords } from './entry_words';
import type { ImportReport, Proposal } from './knowledge_queries';
import classes from './knowledge.module.css';

const kinds = ['new', 'changed', 'same', 'retire'] as const;
const tones: Record<Proposal['kind'], Tone> = { new: 'good', changed: 'info', same: 'unknown', retire: 'attention' };

// What a file holds: proposals to take or leave, rows that could not be read, and what was noticed.
export function ImportReportView({
  report,
  chosen,
  choose,
}: {
  report: ImportReport;
  chosen: string[];
  choose: (keys: string[]) => void;
}) {
  const open = report.state === 'done';
  const takeable = report.proposals.filter((one) => one.kind !== 'same');
  const same = report.proposals.length - takeable.length;
  return (
    <>
      {report.problems.length > 0 && (
        <Panel title={t('knowledge.problems')} aside={t('knowledge.problems.count', { count: report.problems.length })} flush>
          <Scroll>
            <table className={panel.table}>
              <thead>
                <tr>
                  <th scope="col">{t('knowledge.problems.unit')}</th>
                  <th scope="col">{t('knowledge.problems.column')}</th>
                  <th scope="col">{t('knowledge.problems.what')}</th>
                </tr>
              </thead>
              <tbody>
                {report.problems.map((one) => (
                  <tr key={one.unit + one.column + one.id}>
                    <th scope="row">{one.unit}</th>
                    <td>{one.column || '–'}</td>
                    <td>{words(`error.${one.id}`) ?? one.message}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </Panel>
      )}
      <Panel title={t('knowledge.proposals', { name: report.name })} flush>
        <p className={classes.counts}>
          {kinds.map((kind) => {
            const n = report.proposals.filter((one) => one.kind === kind).length;
            return n > 0 ? (
              <Status key={kind} tone={tones[kind]} word={t(`knowledge.proposals.${kind}`, { count: n })} />
            ) : null;
          })}
        </p>
        {takeable.length > 0 && (
          <Scroll>
            <table className={panel.table}>
              <thead>
                <tr>
                  <th scope="col">
                    <Checkbox
                      aria-label={t('knowledge.proposals.all')}
                      disabled={!open}
                      checked={chosen.length === takeable.length}
                      indeterminate={chosen.length > 0 && chosen.length < takeable.length}
                      onChange={(event) => choose(event.currentTarget.checked ? takeable.map((one) => one.key) : [])}
                    />
                  </th>
                  <th scope="col">{t('knowledge.column.question')}</th>
                  <th scope="col">{t('knowledge.proposals.kind')}</th>
                  <th scope="col" className={classes.answers}>{t('knowledge.history.answer')}</th>
                </tr>
              </thead>
              <tbody>
                {takeable.map((one) => (
                  <ProposalRow
                    key={one.key}
                    proposal={one}
                    open={open}
                    taken={chosen.includes(one.key)}
                    take={(yes) => choose(yes ? [...chosen, one.key] : chosen.filter((key) => key !== one.key))}
                  />
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
        {same > 0 && <p className={classes.bar}>{t('knowledge.proposals.unchanged', { count: same })}</p>}
      </Panel>
      {report.findings.length > 0 && (
        <Panel title={t('knowledge.findings')} lead={t('knowledge.findings.lead')}>
          <ul className={panel.rows}>
            {report.findings.map((one) => (
              <li key={one.kind + one.keys.join()} className={panel.row}>
                <Status tone="attention" word={findingWords(one)} />
                <span>{one.keys.join(', ')}</span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function ProposalRow({
  proposal: one,
  open,
  taken,
  take,
}: {
  proposal: Proposal;
  open: boolean;
  taken: boolean;
  take: (yes: boolean) => void;
}) {
  return (
    <tr>
      <td>
        <Checkbox
          aria-label={t('knowledge.proposals.take', { question: one.question })}
          disabled={!open}
          checked={taken}
          onChange={(event) => take(event.currentTarget.checked)}
        />
      </td>
      <th scope="row">{one.question}</th>
      <td>
        <Status tone={tones[one.kind]} word={t(`knowledge.proposals.word.${one.kind}`)} />
        {one.fields.length > 0 && one.kind === 'changed' && <div className={panel.small}>{one.fields.join(', ')}</div>}
        {one.open_findings.map((name) => (
          <div key={name}>
            <Status tone="bad" word={words(`knowledge.finding.${name}`) ?? name} />
          </div>
        ))}
      </td>
      <td className={classes.small}>
        {one.answer.length > 160 ? `${one.answer.slice(0, 160)}…` : one.answer}
        {one.phrasings.length > 0 && <div>{t('knowledge.phrasings.count', { count: one.phrasings.length })}</div>}
      </td>
    </tr>
  );
}
