// The texts of the plan: what is said in the firm's name, by key and language.
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { components } from '@/api/schema.gen';

export type PlanView = components['schemas']['plan_view'];
export type Texts = Record<string, Record<string, string>>;

export const planHead = (project: string) =>
  queryOptions({
    queryKey: ['plan', project, 'head'],
    queryFn: async () =>
      (await api.GET('/api/v1/projects/{project}/plan', { params: { path: { project } } })).data!,
  });

export function textsOf(view: PlanView): Texts {
  return (view.plan.texts ?? {}) as Texts;
}

export function languagesOf(view: PlanView): string[] {
  const use = view.plan.use_case as { languages?: string[] } | undefined;
  return [...new Set([...(use?.languages ?? []), ...Object.values(textsOf(view)).flatMap((one) => Object.keys(one))])];
}
