import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { t } from '@/i18n';
import { StatusIcon } from '@/parts/StatusIcon';
import { entries, releases } from './knowledge_queries';
import classes from './knowledge.module.css';

// Approved entries that visitors do not get yet: the one next step of the page.
export function ReleaseNote({ project }: { project: string }) {
  const all = useQuery(entries(project, ''));
  const known = useQuery(releases(project));
  const waiting = all.data?.filter((one) => one.state === 'approved').length ?? 0;
  if (!known.data || waiting === 0) return null;
  return (
    <div className={classes.note} data-tone="info">
      <StatusIcon tone="info" />
      <span>{t('knowledge.unpublished', { count: waiting })}</span>
      <Button component={Link} href="/knowledge/releases" size="xs">
        {t('knowledge.publish')}
      </Button>
    </div>
  );
}
