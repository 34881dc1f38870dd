// Where one is signed in, and ending that.
import { Button, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { formatMoment, t } from '@/i18n';
import { Ago } from '@/parts/Ago';
import { Card } from '@/parts/Card';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';

interface OwnSession {
  id: string;
  method: string;
  started: string;
  last_seen: string;
  expires: string;
  this: boolean;
}

export function Sessions() {
  const client = useQueryClient();
  const sessions = useQuery({
    queryKey: ['own-sessions'],
    queryFn: async () => (await answer<{ items: OwnSession[] }>(api.GET('/api/v1/me/sessions'))).items,
  });
  const end = useMutation({
    mutationFn: (session: string) =>
      api.DELETE('/api/v1/me/sessions/{session}', { params: { path: { session } } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['own-sessions'] }),
  });
  return (
    <Card title={t('profile.sessions')}>
      <Loaded query={sessions}>
        {(all) => (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('profile.sessions.started')}</Table.Th>
                <Table.Th>{t('profile.sessions.seen')}</Table.Th>
                <Table.Th>
                  <span className="unseen">{t('profile.sessions.end')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {all.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{formatMoment(one.started)}</Table.Td>
                  <Table.Td>
                    <Ago at={one.last_seen} />
                  </Table.Td>
                  <Table.Td>
                    {one.this ? (
                      t('profile.sessions.this')
                    ) : (
                      <Button size="compact-sm" variant="default" onClick={() => end.mutate(one.id)}>
                        {t('profile.sessions.end')}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Loaded>
      {end.isError && <ErrorState error={end.error} />}
    </Card>
  );
}
