import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { components } from '@/api/schema.gen';

export type ValueCase = components['schemas']['value_case'];
export type MoneyView = components['schemas']['money_view'];
export type View = 'capacity' | 'cash';

export const valueCase = (project: string, view: View, months: string) =>
  queryOptions({
    queryKey: ['value', project, view, months],
    queryFn: async () =>
      (
        await api.GET('/api/v1/projects/{project}/roi', {
          params: { path: { project }, query: { view, months } },
        })
      ).data!,
  });

// The same with other inputs; nothing is stored.
export const simulated = (project: string, view: View, months: string, inputs: Record<string, number>) =>
  queryOptions({
    queryKey: ['value', project, view, months, inputs],
    queryFn: async () =>
      (
        await api.POST('/api/v1/projects/{project}/roi/simulate', {
          params: { path: { project } },
          body: { inputs: inputs as never, months: Number(months), view },
        })
      ).data!,
  });

export const money = (project: string) =>
  queryOptions({
    queryKey: ['value', project, 'money'],
    queryFn: async () =>
      (await api.GET('/api/v1/projects/{project}/money', { params: { path: { project } } })).data!,
  });
