// What the AI would say, with its sources and how sure it is, waiting for a person's decision.
import { Button, Group } from '@mantine/core';
import type { Draft } from '@/api/desk';
import { t, type TextKey } from '@/i18n';
import { SourceChip } from '@/parts/SourceChip';
import { Status } from '@/parts/Status';
import type { Tone } from '@/theme/theme';
import classes from './Inbox.module.css';

const tones: Record<Draft['band'], Tone> = { low: 'bad', medium: 'attention', high: 'good' };

export interface DraftCardProps {
  draft: Draft;
  may: boolean;
  approve: () => void;
  edit: () => void;
  reject: () => void;
}

export function DraftCard({ draft, may, approve, edit, reject }: DraftCardProps) {
  return (
    <section className={classes.draft} aria-label={t('desk.draft')}>
      <Group gap={8}>
        <strong>{t('desk.draft')}</strong>
        <Status tone={tones[draft.band]} word={t(`desk.band.${draft.band}` as TextKey)} />
      </Group>
      <p className={classes.draftText} dir="auto">
        {draft.text}
      </p>
      {draft.sources.length > 0 && (
        <Group gap={6}>
          {draft.sources.map((source, at) => (
            <SourceChip key={at} source={source} />
          ))}
        </Group>
      )}
      {may && (
        <Group gap={8}>
          <Button size="xs" onClick={approve}>
            {t('desk.approve')}
          </Button>
          <Button size="xs" variant="default" onClick={edit}>
            {t('desk.edit')}
          </Button>
          <Button size="xs" variant="default" onClick={reject}>
            {t('desk.reject')}
          </Button>
        </Group>
      )}
    </section>
  );
}
