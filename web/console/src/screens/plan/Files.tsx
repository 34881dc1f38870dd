import { Button } from '@mantine/core';
import { t, words } from '@/i18n';
import { Panel } from '@/parts/Panel';
import classes from './plan.module.css';

// What an adviser, a bank or a colleague is sent: made by the server when it is asked for.
const whole = ['xlsx', 'md', 'yaml'] as const;
const tables = ['roadmap', 'checklist', 'resources'] as const;

export function Files({ project }: { project: string }) {
  const address = (query: string) => `/api/v1/projects/${encodeURIComponent(project)}/plan?${query}`;
  return (
    <Panel title={t('plan.files')} lead={t('plan.files.lead')}>
      <div className={classes.files}>
        {whole.map((format) => (
          <Button
            key={format}
            component="a"
            variant={format === 'xlsx' ? 'filled' : 'default'}
            href={address(`format=${format}`)}
            download={`${project}.${format}`}
          >
            {words(`plan.files.${format}`) ?? format}
          </Button>
        ))}
        {tables.map((table) => (
          <Button
            key={table}
            component="a"
            variant="default"
            href={address(`format=csv&table=${table}`)}
            download={`${project}-${table}.csv`}
          >
            {words(`plan.files.csv.${table}`) ?? table}
          </Button>
        ))}
      </div>
    </Panel>
  );
}
