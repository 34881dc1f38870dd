// The keys of the console, in words, and the switch that turns them off.
import { Kbd, Modal, Switch, Table } from '@mantine/core';
import { useState } from 'react';
import { t, type TextKey } from '@/i18n';
import { screens } from '@/screens';
import { keptKeys, keysAreOn } from './keys';

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
          localStorage.setItem(keptKeys, event.currentTarget.checked ? 'on' : 'off');
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
