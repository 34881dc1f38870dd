// Things of one's own: profile, language, light or dark, signing out. The button is there at once, its
// menu comes when it is pressed.
import { forwardRef, Suspense, useState, type ComponentPropsWithoutRef } from 'react';
import { t } from '@/i18n';
import { Icon } from '@/parts/Icon';
import { laterPiece } from '@/parts/Later';
import plain from '@/parts/plain.module.css';

const OwnMenuOpen = laterPiece('OwnMenuOpen');

export const OwnMenuButton = forwardRef<HTMLButtonElement, ComponentPropsWithoutRef<'button'>>(
  function OwnMenuButton(props, ref) {
    return (
      <button type="button" aria-haspopup="menu" {...props} ref={ref} className={plain.icon} aria-label={t('own.menu')}>
        <Icon name="person" />
      </button>
    );
  },
);

export function OwnMenu({ help }: { help: () => void }) {
  const [wanted, setWanted] = useState(false);
  const button = <OwnMenuButton onClick={() => setWanted(true)} />;
  if (!wanted) return button;
  return (
    <Suspense fallback={button}>
      <OwnMenuOpen help={help} />
    </Suspense>
  );
}
