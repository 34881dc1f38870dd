// Nothing here: what that means, and the one next step.
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
      <p className={classes.what}>{title}</p>
      {children && (
        <div className={classes.lead}>{children}</div>
      )}
      {action}
    </div>
  );
}
