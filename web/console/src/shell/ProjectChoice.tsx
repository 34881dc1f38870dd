// Which project is in front; a choice only where there are several.
import { forwardRef, Suspense, useState, type ComponentPropsWithoutRef } from 'react';
import { usePlace } from '@/api/session';
import { t } from '@/i18n';
import { Icon } from '@/parts/Icon';
import { laterPiece } from '@/parts/Later';
import plain from '@/parts/plain.module.css';
import classes from './Shell.module.css';

const ProjectMenu = laterPiece('ProjectMenu');

type ButtonProps = Omit<ComponentPropsWithoutRef<'button'>, 'title'> & { title: string };

export const ProjectButton = forwardRef<HTMLButtonElement, ButtonProps>(function ProjectButton({ title, ...props }, ref) {
  return (
    <button
      type="button"
      aria-haspopup="menu"
      {...props}
      ref={ref}
      className={`${plain.bare} ${classes.place}`}
      aria-label={t('shell.project', { project: title })}
    >
      <span className={classes.title}>{title}</span>
      <Icon name="down" size={14} />
    </button>
  );
});

export function ProjectChoice() {
  const { session, project } = usePlace();
  const [wanted, setWanted] = useState(false);
  if (session.projects.length < 2) return <span className={classes.title}>{project.title}</span>;
  const button = <ProjectButton title={project.title} onClick={() => setWanted(true)} />;
  if (!wanted) return button;
  return (
    <Suspense fallback={button}>
      <ProjectMenu />
    </Suspense>
  );
}
