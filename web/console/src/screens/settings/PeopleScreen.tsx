// People and what they may do here. An admin invites; an owner of the project gives the roles.
import { Button, Modal, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useMay, usePlace } from '@/api/session';
import { formatAge, t, words } from '@/i18n';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import { useAct } from '@/parts/useAct';
import { Secret } from './Secret';
import { SettingsTabs } from './SettingsTabs';
import classes from './settings.module.css';

type PersonRow = components['schemas']['person_row'];
type RoleRow = components['schemas']['role_row'];

// What the table shows, from whichever list the reader may see.
interface Shown {
  id: string;
  name: string;
  email?: string;
  roles: string[];
  organisation: string[];
  second_factor?: boolean;
  last_seen?: string | null;
}

const roles = ['viewer', 'agent', 'editor', 'owner'] as const;

const people = queryOptions({
  queryKey: ['people'],
  queryFn: async () => (await api.GET('/api/v1/people')).data!.items,
});
const roster = (project: string) =>
  queryOptions({
    queryKey: ['roles', project],
    queryFn: async () =>
      (await api.GET('/api/v1/projects/{project}/roles', { params: { path: { project } } })).data!.items,
  });

function ofPerson(row: PersonRow, project: string): Shown {
  return { ...row, roles: row.projects[project] ?? [] };
}
function ofRole(row: RoleRow): Shown {
  return { ...row, id: row.person, organisation: [] };
}

export default function PeopleScreen() {
  const { project } = usePlace();
  const mayInvite = useMay('people.write');
  const all = useQuery({ ...people, enabled: mayInvite });
  const here = useQuery({ ...roster(project.id), enabled: !mayInvite });
  const [link, setLink] = useState<string>();
  return (
    <Page
      title={t('settings.people')}
      lead={t('settings.people.lead')}
      actions={mayInvite && <Invite project={project.id} invited={setLink} />}
    >
      <SettingsTabs />
      <Panel title={t('settings.people.all')} flush>
        {mayInvite ? (
          <Loaded query={all}>
            {(rows) => <Table project={project.id} rows={rows.map((row) => ofPerson(row, project.id))} renew={setLink} />}
          </Loaded>
        ) : (
          <Loaded query={here}>{(rows) => <Table project={project.id} rows={rows.map(ofRole)} />}</Loaded>
        )}
      </Panel>
      <Panel title={t('settings.roles')}>
        <dl className={classes.roles}>
          {roles.map((role) => (
            <div key={role}>
              <dt>
                <strong>{t(`settings.role.${role}`)}</strong>
              </dt>
              <dd className={panel.small}>{t(`settings.role.${role}.text`)}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      <Secret
        title={t('settings.people.link')}
        secret={link}
        lead={t('settings.people.link.lead')}
        onClose={() => setLink(undefined)}
      />
    </Page>
  );
}

function Table({ project, rows, renew }: { project: string; rows: Shown[]; renew?: (link: string) => void }) {
  const mayRoles = useMay('project.roles');
  return (
    <Scroll>
      <table className={panel.table}>
        <thead>
          <tr>
            <th scope="col">{t('settings.people.name')}</th>
            <th scope="col">{t('settings.people.roles')}</th>
            <th scope="col">{t('settings.people.factor')}</th>
            <th scope="col">{t('settings.people.seen')}</th>
            <th scope="col">
              <span className="unseen">{t('settings.act')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                {row.name || row.id}
                <div className={panel.small}>{row.email || row.id}</div>
              </th>
              <td>
                {row.roles.map((role) => words(`settings.role.${role}`) ?? role).join(', ') || t('settings.people.no_role')}
                {row.organisation.length > 0 && (
                  <div className={panel.small}>
                    {row.organisation.map((role) => words(`settings.role.${role}`) ?? role).join(', ')}
                  </div>
                )}
              </td>
              <td>
                {row.second_factor === undefined ? (
                  '–'
                ) : (
                  <Status
                    tone={row.second_factor ? 'good' : 'attention'}
                    word={row.second_factor ? t('settings.people.factor.on') : t('settings.people.factor.off')}
                  />
                )}
              </td>
              <td className={panel.small}>{row.last_seen ? formatAge(row.last_seen) : t('settings.people.never')}</td>
              <td>
                {(mayRoles || renew) && <RolesAct project={project} row={row} />}{' '}
                {renew && <LinkAct row={row} renew={renew} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function RolesAct({ project, row }: { project: string; row: Shown }) {
  const [opened, dialog] = useDisclosure(false);
  const [chosen, setChosen] = useState<string[]>(row.roles);
  const act = useAct(
    (wanted: string[]) =>
      api.PUT('/api/v1/projects/{project}/roles/{person}', {
        params: { path: { project, person: row.id } },
        body: { roles: wanted } as never,
      }),
    { changes: [['people'], ['roles', project], ['session']], done: dialog.close },
  );
  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open}>
        {t('settings.people.change')}
        <span className="unseen">: {row.name}</span>
      </Button>
      <Modal
        opened={opened}
        onClose={dialog.close}
        title={t('settings.people.change.title', { name: row.name || row.id })}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Stack gap="sm">
          <MultiSelect
            label={t('settings.people.roles')}
            data={roles.map((role) => ({ value: role, label: t(`settings.role.${role}`) }))}
            value={chosen}
            onChange={setChosen}
          />
          {act.isError && <ErrorState error={act.error} />}
          <Button loading={act.isPending} onClick={() => act.mutate(chosen)}>
            {t('settings.people.save')}
          </Button>
        </Stack>
      </Modal>
    </>
  );
}

async function linkFor(person: string): Promise<string> {
  const made = await answer<{ link: string }>(
    api.POST('/api/v1/people/{person}/link' as never, { params: { path: { person } }, body: {} } as never),
  );
  return made.link;
}

function LinkAct({ row, renew }: { row: Shown; renew: (link: string) => void }) {
  const act = useAct(() => linkFor(row.id), { changes: [], done: renew });
  return (
    <>
      <Button size="xs" variant="subtle" loading={act.isPending} onClick={() => act.mutate(undefined)}>
        {t('settings.people.new_link')}
        <span className="unseen">: {row.name}</span>
      </Button>
      {act.isError && <ErrorState error={act.error} />}
    </>
  );
}

function Invite({ project, invited }: { project: string; invited: (link: string) => void }) {
  const [opened, dialog] = useDisclosure(false);
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [chosen, setChosen] = useState<string[]>(['agent']);
  const act = useAct(
    async () => {
      await api.POST('/api/v1/people', { body: { id: id.trim(), name: name.trim(), email: email.trim() } as never });
      await api.PUT('/api/v1/projects/{project}/roles/{person}', {
        params: { path: { project, person: id.trim() } },
        body: { roles: chosen } as never,
      });
      return linkFor(id.trim());
    },
    {
      changes: [['people'], ['roles', project]],
      done: (link) => {
        dialog.close();
        setId('');
        setName('');
        setEmail('');
        invited(link);
      },
    },
  );
  return (
    <>
      <Button onClick={dialog.open}>{t('settings.people.invite')}</Button>
      <Modal
        opened={opened}
        onClose={dialog.close}
        title={t('settings.people.invite')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            act.mutate(undefined);
          }}
        >
          <Stack gap="sm">
            <TextInput
              label={t('settings.people.name')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              required
              data-autofocus
            />
            <TextInput
              type="email"
              label={t('settings.people.email')}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              required
            />
            <TextInput
              label={t('settings.people.id')}
              description={t('settings.people.id.help')}
              value={id}
              onChange={(event) => setId(event.currentTarget.value.toLowerCase())}
              required
            />
            <MultiSelect
              label={t('settings.people.roles')}
              data={roles.map((role) => ({ value: role, label: t(`settings.role.${role}`) }))}
              value={chosen}
              onChange={setChosen}
            />
            {act.isError && <ErrorState error={act.error} />}
            <Button type="submit" loading={act.isPending} disabled={id.trim() === '' || email.trim() === ''}>
              {t('settings.people.invite')}
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
