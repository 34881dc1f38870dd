// The dialog of the command palette: every screen of the navigation by a few letters.
import { Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { usePlace } from '@/api/session';
import { t } from '@/i18n';
import { Icon } from '@/parts/Icon';
import { addressOf, screens } from '@/screens';
import classes from './Commands.module.css';

export function Palette({ opened, close }: { opened: boolean; close: () => void }) {
  const { project } = usePlace();
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = screens
    .filter((one) => one.nav && (!one.capability || project.capabilities.includes(one.capability)))
    .map((one) => ({ path: addressOf(one), icon: one.nav!.icon, key: one.nav!.key, name: t(one.nav!.text) }))
    .filter((one) => one.name.toLowerCase().includes(text.trim().toLowerCase()));
  const chosen = Math.min(at, found.length - 1);

  const leave = () => {
    setText('');
    setAt(0);
    close();
  };
  const take = (path: string | undefined) => {
    if (path === undefined) return;
    leave();
    go(path);
  };

  return (
    <Modal
      opened={opened}
      onClose={leave}
      title={t('commands.title')}
      centered={false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <TextInput
        data-autofocus
        value={text}
        role="combobox"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={found[chosen] ? `command-${chosen}` : undefined}
        aria-label={t('commands.title')}
        placeholder={t('commands.placeholder')}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, found.length - 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0));
          else if (event.key === 'Enter') take(found[chosen]?.path);
          else return;
          event.preventDefault();
        }}
      />
      <div role="listbox" id="commands" aria-label={t('commands.title')} className={classes.list}>
        {found.map((one, row) => (
          <div
            key={one.path}
            id={`command-${row}`}
            role="option"
            aria-selected={row === chosen}
            className={classes.row}
            onClick={() => take(one.path)}
          >
            <Icon name={one.icon} />
            {one.name}
            {one.key && <span className={classes.key}>{`g ${one.key}`}</span>}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={classes.none}>{t('commands.none')}</p>}
    </Modal>
  );
}
