import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import type { components } from '@/api/schema.gen';

export type RolloutDocument = components['schemas']['rollout_document'];
export type RolloutStage = components['schemas']['rollout_stage'];
export type RolloutStatus = components['schemas']['rollout_status'];
export type RolloutMetric = components['schemas']['rollout_metric'];
export type AuditRow = components['schemas']['audit_row'];

export interface VariantRow {
  hash: string;
  label: string;
  author: string;
  created_at: string;
}

export const rollouts = (project: string) =>
  queryOptions({
    queryKey: ['rollouts', project, 'all'],
    queryFn: async () =>
      (await api.GET('/api/v1/projects/{project}/rollouts', { params: { path: { project } } })).data!.items,
  });

export const rolloutStatus = (project: string, rollout: string) =>
  queryOptions({
    queryKey: ['rollouts', project, 'status', rollout],
    queryFn: async () =>
      (
        await api.GET('/api/v1/projects/{project}/rollouts/{rollout}/status', {
          params: { path: { project, rollout } },
        })
      ).data!,
    refetchInterval: 15_000,
  });

export const variants = (project: string) =>
  queryOptions({
    queryKey: ['rollouts', project, 'variants'],
    queryFn: async () =>
      (
        await answer<{ items: VariantRow[] }>(
          api.GET('/api/v1/projects/{project}/variants', { params: { path: { project } } }),
        )
      ).items,
  });

// What moved the rollout, newest first: the audit rows of rollouts, gates and grants.
export const rolloutEvents = (project: string) =>
  queryOptions({
    queryKey: ['rollouts', project, 'events'],
    queryFn: async () => {
      const got = await api.GET('/api/v1/audit', { params: { query: { project, limit: '200' } } });
      return got.data!.items.filter((row) => /^(rollout|gate\.passed|phase|grant\.ended)/.test(row.kind));
    },
  });
