// Nothing here: what that means, and the one next step.
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon';
import classes from './states.module.css';

export interface EmptyStateProps {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon = 'check', title, children, action }: EmptyStateProps) {
  return (
    <div className={classes.state}>
      <span className={classes.mark}>
        <Icon name={icon} size={24} />
      </span>
      <Text fw={600}>{title}</Text>
      {children && (
        <Text size="sm" c="var(--soft-ink)" maw={440}>
          {children}
        </Text>
      )}
      {action}
    </div>
  );
}
