// Which project is in front; a choice only where there are several.
import { Menu, UnstyledButton } from '@mantine/core';
import { useLocation } from 'wouter';
import { usePlace } from '@/api/session';
import { t } from '@/i18n';
import { Icon } from '@/parts/Icon';
import classes from './Shell.module.css';

export function ProjectChoice() {
  const { session, project, choose } = usePlace();
  const [, go] = useLocation();
  if (session.projects.length < 2) return <span className={classes.title}>{project.title}</span>;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes.place} aria-label={t('shell.project', { project: project.title })}>
          <span className={classes.title}>{project.title}</span>
          <Icon name="down" size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {session.projects.map((one) => (
          <Menu.Item
            key={one.id}
            onClick={() => {
              choose(one.id);
              go('/');
            }}
            rightSection={one.id === project.id ? <Icon name="check" size={14} /> : undefined}
          >
            {one.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
