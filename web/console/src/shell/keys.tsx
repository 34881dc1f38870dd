// Keys of the shell and how screens add theirs. Off inside fields and dialogs, and altogether when
// somebody has switched them off.
import { Kbd, Modal, Switch, Table } from '@mantine/core';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { useLocation } from 'wouter';
import { t, type TextKey } from '@/i18n';
import { screens } from '@/screens';

const stored = 'servery.keys';

export function keysAreOn(): boolean {
  return localStorage.getItem(stored) !== 'off';
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

// Also the key that has just closed one.
function inDialog(target: EventTarget | null): boolean {
  return (
    document.querySelector('[role="dialog"]') !== null ||
    (target instanceof Element && target.closest('[role="dialog"]') !== null)
  );
}

export type Keys = Record<string, (event: KeyboardEvent) => void>;

// Plain keys for a screen, such as {j: next, k: previous, Enter: open}.
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!keysAreOn() || typing(event.target) || inDialog(event.target)) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

export function useShellKeys(open: { help: () => void; palette: () => void }): void {
  const [, go] = useLocation();
  const going = useRef(0); // when `g` was pressed
  const places = Object.fromEntries(
    screens.filter((one) => one.nav?.key).map((one) => [one.nav!.key!, one.path]),
  );
  const jumps: Keys = Object.fromEntries(
    Object.entries(places).map(([key, path]) => [
      key,
      () => {
        if (Date.now() - going.current < 1500) go(path);
        going.current = 0;
      },
    ]),
  );
  useJumps(jumps, going);
  useKeys({ '?': open.help, '/': open.palette });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      open.palette();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [open]);
}

// `g` and then a letter. Heard before the screens, so that the letter is not taken for one of theirs.
function useJumps(jumps: Keys, going: RefObject<number>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (!keysAreOn() || typing(event.target) || inDialog(event.target)) return;
      if (event.key === 'g') {
        going.current = Date.now();
      } else if (Date.now() - going.current < 1500 && jumps[event.key]) {
        event.preventDefault();
        event.stopImmediatePropagation();
        jumps[event.key]?.(event);
      }
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  });
}

const listed: [string, TextKey][] = [
  ['j / k', 'keys.next'],
  ['Enter', 'keys.open'],
  ['r', 'keys.reply'],
  ['#', 'keys.note'],
  ['a / d / x', 'keys.approve'],
  ['t', 'keys.take_over'],
  ['e', 'keys.close'],
  ['z', 'keys.snooze'],
  ['1 – 5', 'keys.verdict'],
  ['h / s / u', 'keys.review'],
  ['Ctrl Enter', 'keys.send'],
  ['Ctrl K, /', 'keys.commands'],
  ['?', 'keys.help'],
];

export function KeyHelp({ opened, close }: { opened: boolean; close: () => void }) {
  const [on, setOn] = useState(keysAreOn);
  const jumps = screens.filter((one) => one.nav?.key);
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('keys.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Switch
        mb={12}
        checked={on}
        label={t('keys.on')}
        onChange={(event) => {
          localStorage.setItem(stored, event.currentTarget.checked ? 'on' : 'off');
          setOn(event.currentTarget.checked);
        }}
      />
      <Table>
        <Table.Tbody>
          {listed.map(([key, text]) => (
            <Table.Tr key={key}>
              <Table.Td>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{t(text)}</Table.Td>
            </Table.Tr>
          ))}
          {jumps.map((one) => (
            <Table.Tr key={one.path}>
              <Table.Td>
                <Kbd>{`g ${one.nav!.key}`}</Kbd>
              </Table.Td>
              <Table.Td>{t(one.nav!.text)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
