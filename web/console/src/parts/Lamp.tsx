// One of the lamps of the home page: a state and the one sentence that says why.
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Tone } from '@/theme/theme';
import { Card } from './Card';
import { Status } from './Status';

export interface LampProps {
  title: string;
  tone: Tone;
  word: string;
  children: ReactNode; // the sentence
}

export function Lamp({ title, tone, word, children }: LampProps) {
  return (
    <Card title={title} aside={<Status tone={tone} word={word} />}>
      <Text size="sm" c="var(--soft-ink)">
        {children}
      </Text>
    </Card>
  );
}
