import { Button, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { t } from '@/i18n';
import { EmptyState } from '@/parts/EmptyState';
import { ErrorState } from '@/parts/ErrorState';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { Panel } from '@/parts/Panel';
import { useAct } from '@/parts/useAct';
import { variants } from './rollout_queries';

// Nothing is on trial: choose the variant that should climb the plan's stages.
export function NoRollout({ project }: { project: string }) {
  const query = useQuery(variants(project));
  const may = useMay('plan.edit');
  const [variant, setVariant] = useState<string | null>(null);
  const create = useAct(
    (hash: string) =>
      api.POST('/api/v1/projects/{project}/rollouts', {
        params: { path: { project } },
        body: { variant: hash, control: 'fallback' } as never,
      }),
    { changes: [['rollouts', project], ['gates', project]] },
  );
  return (
    <Page title={t('rollout.title')}>
      <Panel title={t('rollout.none')}>
        <Loaded query={query}>
          {(rows) =>
            rows.length === 0 ? (
              <EmptyState icon="rollout" title={t('rollout.no_variant')}>
                {t('rollout.no_variant.text')}
              </EmptyState>
            ) : (
              <Stack gap="sm" maw={480}>
                <p>{t('rollout.none.text')}</p>
                <Select
                  label={t('rollout.choose')}
                  data={rows.map((row) => ({ value: row.hash, label: `${row.label} (${row.hash.slice(0, 12)})` }))}
                  value={variant}
                  onChange={setVariant}
                />
                {create.isError && <ErrorState error={create.error} />}
                <div>
                  <Button
                    disabled={!may || !variant}
                    loading={create.isPending}
                    onClick={() => variant && create.mutate(variant)}
                  >
                    {t('rollout.create')}
                  </Button>
                </div>
              </Stack>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}
