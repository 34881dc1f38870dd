import { queryOptions } from '@tanstack/react-query';
import { api, whole } from '@/api/client';
import type { components } from '@/api/schema.gen';

export type Condition = components['schemas']['condition'];
export type GateRun = components['schemas']['gate_run'];
export type GateRow = components['schemas']['gate_row'];
export type SignatureRow = components['schemas']['signature_row'];

export const gateRows = (project: string) =>
  queryOptions({
    queryKey: ['gates', project, 'all'],
    queryFn: async () =>
      (await api.GET('/api/v1/projects/{project}/gates', { params: { path: { project } } })).data!.items,
  });

export const gateRun = (project: string, gate: string) =>
  queryOptions({
    queryKey: ['gates', project, 'one', gate],
    queryFn: async () =>
      (await api.GET('/api/v1/projects/{project}/gates/{gate}', { params: { path: { project, gate } } })).data!,
    // Evidence ages while one looks at it.
    refetchInterval: 60_000,
  });

export const signatureRows = (project: string) =>
  queryOptions({
    queryKey: ['gates', project, 'signatures'],
    queryFn: () =>
      whole<SignatureRow>((cursor) =>
        api.GET('/api/v1/projects/{project}/signatures', { params: { path: { project }, query: { cursor } } }),
      ),
  });
