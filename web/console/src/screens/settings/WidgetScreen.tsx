// The chat on the firm's website: the two lines to paste, the sites that may show it, and how it
// looks to a visitor now.
import { Button, Stack, Textarea } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { asFault } from '@/api/fault';
import { useMay, useProject } from '@/api/session';
import { t } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import panel from '@/parts/panel.module.css';
import { useAct } from '@/parts/useAct';
import { Copy } from './Secret';
import { SettingsTabs } from './SettingsTabs';
import { WidgetPreview } from './WidgetPreview';
import classes from './settings.module.css';

const widget = (project: string) =>
  queryOptions({
    queryKey: ['widget', project],
    queryFn: async () => {
      try {
        return (await api.GET('/api/v1/projects/{project}/widget', { params: { path: { project } } })).data!;
      } catch (error) {
        if (asFault(error).id === 'widget.unknown') return null;
        throw error;
      }
    },
  });

export default function WidgetScreen() {
  const project = useProject();
  const query = useQuery(widget(project));
  return (
    <Page title={t('settings.widget')} lead={t('settings.widget.lead')}>
      <SettingsTabs />
      <Loaded query={query}>
        {(data) =>
          data === null ? (
            <NoWidget project={project} />
          ) : (
            <div className={panel.split}>
              <div className={classes.column}>
                <Snippet id={data.id} chat={data.chat} />
                <Panel title={t('settings.widget.words')} lead={t('settings.widget.words.lead')}>
                  <Button component={Link} href="/settings/texts" variant="default">
                    {t('settings.tab.texts')}
                  </Button>
                </Panel>
              </div>
              <WidgetPreview />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

function Snippet({ id, chat }: { id: string; chat: string }) {
  const origin = window.location.origin;
  const lines = `<script async src="${origin}/widget/v1/loader.js" data-widget="${id}"></script>`;
  return (
    <Panel title={t('settings.widget.snippet')} lead={t('settings.widget.snippet.lead')}>
      <code className={classes.secret}>{lines}</code>
      <div className={classes.inline}>
        <Copy text={lines} />
        <a href={chat} target="_blank" rel="noopener" className={classes.textLink}>
          {t('settings.widget.page')}
        </a>
      </div>
    </Panel>
  );
}

function NoWidget({ project }: { project: string }) {
  const may = useMay('widget.edit');
  const [origins, setOrigins] = useState('');
  const make = useAct(
    () =>
      api.PUT('/api/v1/projects/{project}/widget', {
        params: { path: { project } },
        body: { origins: origins.split(/\s+/).filter(Boolean) } as never,
      }),
    { changes: [['widget', project], ['keys', project]] },
  );
  return (
    <Panel title={t('settings.widget.none')}>
      <EmptyState icon="globe" title={t('settings.widget.none.title')}>
        {t('settings.widget.none.text')}
      </EmptyState>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate(undefined);
        }}
      >
        <Stack gap="sm" maw={480} mx="auto">
          <Textarea
            label={t('settings.keys.origins')}
            description={t('settings.keys.origins.help')}
            placeholder={t('settings.keys.origins.example')}
            value={origins}
            onChange={(event) => setOrigins(event.currentTarget.value)}
            autosize
            minRows={2}
          />
          {make.isError && <ErrorState error={make.error} />}
          <Button type="submit" disabled={!may || origins.trim() === ''} loading={make.isPending}>
            {t('settings.widget.make')}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
