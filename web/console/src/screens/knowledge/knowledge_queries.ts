import { queryOptions } from '@tanstack/react-query';
import { api, whole } from '@/api/client';
import type { components } from '@/api/schema.gen';

export type Entry = components['schemas']['entry'];
export type ImportReport = components['schemas']['import_report'];
export type Proposal = ImportReport['proposals'][number];
export type Release = components['schemas']['knowledge_release'];
export type QualityFinding = components['schemas']['quality_finding'];
export type AskAnswer = components['schemas']['ask_answer'];

export const entries = (project: string, q: string) =>
  queryOptions({
    queryKey: ['knowledge', project, 'entries', q],
    queryFn: () =>
      whole<Entry>((cursor) =>
        api.GET('/api/v1/projects/{project}/knowledge/entries', {
          params: { path: { project }, query: { ...(q ? { q } : {}), limit: '200', ...(cursor ? { cursor } : {}) } },
        }),
      ),
  });

export const entry = (project: string, key: string) =>
  queryOptions({
    queryKey: ['knowledge', project, 'entry', key],
    queryFn: async () =>
      (
        await api.GET('/api/v1/projects/{project}/knowledge/entries/{entry}', {
          params: { path: { project, entry: key } },
        })
      ).data!,
  });

export const entryHistory = (project: string, key: string) =>
  queryOptions({
    queryKey: ['knowledge', project, 'history', key],
    queryFn: async () =>
      (
        await api.GET('/api/v1/projects/{project}/knowledge/entries/{entry}/history', {
          params: { path: { project, entry: key } },
        })
      ).data!.items,
  });

export const releases = (project: string) =>
  queryOptions({
    queryKey: ['knowledge', project, 'releases'],
    queryFn: async () =>
      (await api.GET('/api/v1/projects/{project}/knowledge/releases', { params: { path: { project } } })).data!.items,
  });

export const findings = (project: string) =>
  queryOptions({
    queryKey: ['knowledge', project, 'findings'],
    queryFn: async () =>
      (await api.GET('/api/v1/projects/{project}/knowledge/findings', { params: { path: { project } } })).data!.items,
  });
