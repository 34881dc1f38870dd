import { Button, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { formatNumber, formatShare, t, words } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { Markdown } from '@/parts/Markdown';
import { Mark } from '@/parts/Mark';
import { Panel } from '@/parts/Panel';
import { SourceChip } from '@/parts/SourceChip';
import type { Tone } from '@/theme/theme';
import type { AskAnswer } from './knowledge_queries';
import classes from './knowledge.module.css';

const tones: Record<string, Tone> = { answer: 'good', ask: 'info', hand_over: 'attention' };

// What would be answered to a message now, and why. Never recorded as traffic.
export function TestBox({ project }: { project: string }) {
  const [text, setText] = useState('');
  const ask = useMutation<AskAnswer, Error, string>({
    mutationFn: async (message) =>
      (
        await api.POST('/api/v1/projects/{project}/knowledge/ask', {
          params: { path: { project } },
          body: { text: message, why: true } as never,
        })
      ).data!,
  });
  return (
    <Panel title={t('knowledge.test')} lead={t('knowledge.test.lead')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) ask.mutate(text.trim());
        }}
      >
        <Textarea
          label={t('knowledge.test.message')}
          placeholder={t('knowledge.test.example')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey) {
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }
          }}
          autosize
          minRows={2}
        />
        <Button type="submit" mt={8} variant="default" loading={ask.isPending} disabled={text.trim() === ''}>
          {t('knowledge.test.ask')}
        </Button>
      </form>
      <div aria-live="polite">
        {ask.isError && (
          <div className={classes.gap}>
            <ErrorState error={ask.error} />
          </div>
        )}
        {ask.data && <Answered answer={ask.data} />}
      </div>
    </Panel>
  );
}

function Answered({ answer }: { answer: AskAnswer }) {
  return (
    <div className={classes.answered}>
      <div className={classes.outcome}>
        <Mark tone={tones[answer.outcome] ?? 'unknown'}>
          {words(`knowledge.outcome.${answer.outcome}`) ?? answer.outcome}
        </Mark>
        <span className={classes.small}>
          {t('knowledge.test.confidence', { share: formatShare(answer.confidence) })}
        </span>
      </div>
      <p className={classes.small}>
        {words(`knowledge.reason.${answer.reason}`) ?? answer.reason.replaceAll('_', ' ')}
      </p>
      {answer.text && (
        <div className={classes.bubble}>
          <Markdown text={answer.text} />
          {answer.sources.length > 0 && (
            <div className={classes.chips}>
              {answer.sources.map((source) => (
                <SourceChip key={source.title} source={source} />
              ))}
            </div>
          )}
        </div>
      )}
      {answer.choices.length > 0 && answer.outcome === 'ask' && (
        <p className={classes.small}>
          {t('knowledge.test.choices', { choices: answer.choices.map((one) => one.question).join(' · ') })}
        </p>
      )}
      <h3 className={classes.subhead}>{t('knowledge.test.top')}</h3>
      <ol className={classes.top}>
        {answer.top.map((one) => (
          <li key={one.key}>
            <Link href={`/knowledge/entry/${encodeURIComponent(one.key)}`}>{one.question}</Link>
            <span className={classes.score}>{formatNumber(one.score, { maximumFractionDigits: 2, minimumFractionDigits: 2 })}</span>
            <svg className={classes.scoreBar} aria-hidden="true">
              <rect width="100%" height="4" rx="2" className={classes.track} />
              <rect width={`${Math.min(100, Math.max(0, one.score * 100))}%`} height="4" rx="2" className={classes.fill} />
            </svg>
            <span className={classes.small}>
              {Object.entries(one.legs)
                .map(([leg, score]) => `${leg} ${formatNumber(score, { maximumFractionDigits: 2 })}`)
                .join(' · ')}
              {one.matched && one.matched.length > 0 && ` · ${t('knowledge.test.matched', { words: one.matched.join(', ') })}`}
            </span>
          </li>
        ))}
      </ol>
      <p className={classes.small}>
        {t('knowledge.test.took', { ms: formatNumber(answer.took_us / 1000, { maximumFractionDigits: 1 }), release: answer.release.slice(0, 12) })}
      </p>
    </div>
  );
}
