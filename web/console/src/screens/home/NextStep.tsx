// The one thing to do next, with the minutes it takes.
import { Button, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Counts } from '@/api/desk';
import { t, type Params, type TextKey } from '@/i18n';
import { Card } from '@/parts/Card';
import { Icon } from '@/parts/Icon';
import type { GateRow } from './queries';
import classes from './Home.module.css';

interface Step {
  text: TextKey;
  params: Params;
  minutes: number;
  path: string;
}

// A person first, then what waits for a decision, then the way ahead.
export function nextStep(counts: Counts | undefined, gates: GateRow[], hasPlan: boolean): Step | null {
  if (counts && counts.needs_you > 0)
    return {
      text: 'home.next.answer',
      params: { count: counts.needs_you },
      minutes: counts.needs_you * 3,
      path: '/desk',
    };
  if (counts && counts.drafts > 0)
    return {
      text: 'home.next.drafts',
      params: { count: counts.drafts },
      minutes: counts.drafts,
      path: '/desk?view=drafts',
    };
  if (!hasPlan) return { text: 'home.next.plan', params: {}, minutes: 15, path: '/plan/start' };
  const ahead = gates.find((one) => one.ahead);
  if (!ahead) return null;
  if (ahead.verdict === 'ready')
    return {
      text: 'home.next.sign',
      params: { gate: ahead.gate },
      minutes: 5,
      path: `/plan/gate/${ahead.gate}`,
    };
  return {
    text: 'home.next.gate',
    params: { gate: ahead.gate, count: ahead.open ?? 0 },
    minutes: 10,
    path: `/plan/gate/${ahead.gate}`,
  };
}

export function NextStep({ step }: { step: Step | null }) {
  return (
    <Card title={t('home.next')}>
      {step === null ? (
        <Text c="var(--soft-ink)">{t('home.next.nothing')}</Text>
      ) : (
        <div className={classes.next}>
          <div>
            <Text fw={500}>{t(step.text, step.params)}</Text>
            <Text size="sm" c="var(--soft-ink)">
              {t('home.minutes', { count: step.minutes })}
            </Text>
          </div>
          <Button component={Link} href={step.path} rightSection={<Icon name="right" size={16} />}>
            {t('home.go')}
          </Button>
        </div>
      )}
    </Card>
  );
}
