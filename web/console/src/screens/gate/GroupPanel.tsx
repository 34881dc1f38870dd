import { Button } from '@mantine/core';
import { useState } from 'react';
import { t } from '@/i18n';
import { ConditionRow, type ConditionView } from '@/parts/ConditionRow';
import { Panel } from '@/parts/Panel';
import { toneOf } from '@/parts/status';
import { ConditionActs, RareActs } from './ConditionActs';
import type { Condition } from './gate_queries';
import { conditionLabel, fixWords, needsWords, stateWord, targetWords, valueWords, whyAsked, whyWords } from './gate_words';
import classes from './gate.module.css';

export function viewOf(c: Condition): ConditionView {
  const measured = c.value != null || c.interval != null;
  return {
    label: conditionLabel(c),
    tone: toneOf(c.state),
    state: stateWord(c.state),
    why: whyWords(c),
    said: valueWords(c),
    n: c.n,
    target: targetWords(c),
    needs: needsWords(c),
    asked: whyAsked(c),
    fix: fixWords(c),
    evidence: c.evidence,
    asOf: c.as_of,
    expires: c.expires,
    filter: c.filter,
    bar:
      measured && c.target_value != null && c.unit !== 'check'
        ? {
            value: c.value,
            lower: c.interval?.lower ?? null,
            upper: c.interval?.upper ?? null,
            target: c.target_value,
            direction: c.better === 'lower' ? 'le' : 'ge',
            share: c.unit === 'share',
          }
        : undefined,
  };
}

// One group of conditions. What passed is folded away, so that the open ones stand in front.
export function GroupPanel({ project, title, conditions }: { project: string; title: string; conditions: Condition[] }) {
  const passed = conditions.filter((c) => c.state === 'pass');
  const open = conditions.filter((c) => c.state !== 'pass');
  const [all, setAll] = useState(open.length === 0 && passed.length <= 3);
  if (conditions.length === 0) return null;
  return (
    <Panel title={title} aside={t('gate.group.count', { passed: passed.length, all: conditions.length })} flush>
      <ul className={classes.list}>
        {[...open, ...(all ? passed : [])].map((c) => (
          <ConditionRow
            key={c.id}
            condition={viewOf(c)}
            acts={<ConditionActs project={project} condition={c} />}
            more={<RareActs project={project} condition={c} />}
          />
        ))}
      </ul>
      {passed.length > 0 && (
        <div className={classes.passed}>
          <Button variant="subtle" size="xs" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('gate.passed.hide') : t('gate.passed.show', { count: passed.length })}
          </Button>
        </div>
      )}
    </Panel>
  );
}
