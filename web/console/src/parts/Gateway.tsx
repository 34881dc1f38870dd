// The frame of the pages before sign-in.
import { Anchor, Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { currentLanguage, languages, chooseLanguage } from '@/i18n';
import icon from '@/theme/icon.svg';
import classes from './Gateway.module.css';

const names = { en: 'English', de: 'Deutsch' } as const;

export function Gateway({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes.box}>
      <Group gap={10} mb={16}>
        <img src={icon} alt="" width={28} height={28} />
        <Title order={1}>{title}</Title>
      </Group>
      {children}
      <Group gap={12} mt={20}>
        {languages.map((one) => (
          <Anchor
            key={one}
            component="button"
            type="button"
            size="sm"
            lang={one}
            aria-current={one === currentLanguage() || undefined}
            onClick={() => void chooseLanguage(one)}
          >
            {names[one]}
          </Anchor>
        ))}
      </Group>
    </div>
  );
}
