// The menu of ProjectChoice.tsx itself.
import { Menu } from '@mantine/core';
import { useLocation } from 'wouter';
import { usePlace } from '@/api/session';
import { Icon } from '@/parts/Icon';
import { useOpenMenu } from './open_menu';
import { ProjectButton } from './ProjectChoice';

export function ProjectMenu() {
  const { session, project, choose } = usePlace();
  const [, go] = useLocation();
  const menu = useOpenMenu();
  return (
    <Menu {...menu.props} position="bottom-start">
      <Menu.Target>
        <ProjectButton ref={menu.target} title={project.title} />
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
