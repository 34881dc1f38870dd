// The title of the window: the screen, and in front how many conversations wait, so that a tab in the
// background tells it.
import { useEffect } from 'react';
import { formatNumber, t } from '@/i18n';

let screen = '';
let waiting = 0;

function write(): void {
  const title = screen ? t('shell.document_title', { screen }) : t('shell.name');
  document.title = waiting > 0 ? `(${formatNumber(waiting)}) ${title}` : title;
}

export function useTitle(of: string): void {
  useEffect(() => {
    screen = of;
    write();
  }, [of]);
}

export function useWaitingInTitle(count: number): void {
  useEffect(() => {
    waiting = count;
    write();
  }, [count]);
}
