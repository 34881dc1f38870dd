import { t, words } from '@/i18n';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import type { Tone } from '@/theme/theme';
import { AnswerRow } from '../gate/ConditionActs';
import { phases, type Plan } from './plan_shape';

const tones: Record<string, Tone> = { yes: 'good', no: 'bad', na: 'info', open: 'unknown' };

// The checklist: each row with its answer, the phases that ask for it, and what else must show it.
export function RiskTable({ project, plan }: { project: string; plan: Plan }) {
  const open = plan.risks.filter((row) => row.answer === 'open').length;
  return (
    <Panel title={t('plan.risks')} lead={t('plan.risks.lead')} aside={t('plan.risks.open', { count: open })} flush>
      <Scroll>
        <table className={panel.table}>
          <thead>
            <tr>
              <th scope="col">{t('plan.risks.row')}</th>
              <th scope="col">{t('plan.risks.answer')}</th>
              <th scope="col">{t('plan.risks.phases')}</th>
              <th scope="col">{t('plan.risks.shown_by')}</th>
              <th scope="col">
                <span className="unseen">{t('gate.fix.answer')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {plan.risks.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  {row.question}
                  <div className={panel.small}>
                    {row.category} · {row.id}
                  </div>
                </th>
                <td>
                  <Status tone={tones[row.answer] ?? 'unknown'} word={words(`plan.answer.${row.answer}`) ?? row.answer} />
                  {(row.na_reason || row.note) && <div className={panel.small}>{row.na_reason || row.note}</div>}
                </td>
                <td className={panel.small}>
                  {phases
                    .filter((phase) => row.phases.includes(phase))
                    .map((phase) => words(`phase.${phase}`) ?? phase)
                    .join(', ')}
                  {row.advised.length > 0 && (
                    <div>
                      {t('plan.risks.advised', {
                        phases: row.advised.map((phase) => words(`phase.${phase}`) ?? phase).join(', '),
                      })}
                    </div>
                  )}
                </td>
                <td className={panel.small}>
                  {[
                    row.evidence.length > 0 ? t('plan.risks.evidence', { count: row.evidence.length }) : undefined,
                    row.signature ? t('plan.risks.signature', { by: row.signature.by }) : undefined,
                  ]
                    .filter(Boolean)
                    .join(', ') || '–'}
                </td>
                <td>
                  <AnswerRow project={project} row={row.id} question={row.question} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}
