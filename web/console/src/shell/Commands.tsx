// The command palette: every screen of the navigation by a few letters. Ctrl+K or `/`.
import { t } from '@/i18n';
import { Icon } from '@/parts/Icon';
import { Later, laterPiece } from '@/parts/Later';
import classes from './Commands.module.css';

const Palette = laterPiece('Palette');

export interface CommandsProps {
  opened: boolean;
  open: () => void;
  close: () => void;
}

export function Commands({ opened, open, close }: CommandsProps) {
  return (
    <>
      <button type="button" className={classes.open} onClick={open}>
        <Icon name="search" size={16} />
        <span className={classes.hint}>{t('commands.open')}</span>
        <kbd className={classes.shortcut} aria-hidden="true">
          {t('commands.keys')}
        </kbd>
      </button>
      <Later opened={opened}>{(now) => <Palette opened={now} close={close} />}</Later>
    </>
  );
}
