// The parts of the plan's document that the page shows. The document is the server's; what is not
// named here stays as it is.
import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Change } from '@/parts/DiffInWords';

export type Phase = 'sandbox' | 'pilot' | 'rollout' | 'production';
export const phases: readonly Phase[] = ['sandbox', 'pilot', 'rollout', 'production'];

export interface Activity {
  id: string;
  text: string;
  owner: string;
  due: string | null;
  status: 'todo' | 'doing' | 'done' | 'skipped';
}
export interface Target {
  value: number;
  rule: string;
  min_n?: number;
}
export interface Plan {
  meta: { title: string; currency: string };
  phases: { id: Phase; owner: string; start: string | null; duration: string; activities: Activity[] }[];
  metrics: { id: string; label: string; unit: string; better: string; targets: Partial<Record<Phase, Target>> }[];
  risks: {
    id: string;
    category: string;
    question: string;
    phases: Phase[];
    advised: Phase[];
    answer: 'yes' | 'no' | 'na' | 'open';
    note: string;
    na_reason?: string;
    evidence: { ref: string }[];
    signature?: { by: string } | null;
  }[];
}
export interface Revision {
  revision: number;
  author: string;
  at: string;
  reason: string;
}
export type Finding = components['schemas']['finding'];

export const lint = (project: string) =>
  queryOptions({
    queryKey: ['plan', project, 'lint'],
    queryFn: () =>
      answer<{ findings: Finding[]; score: number }>(
        api.POST('/api/v1/projects/{project}/plan/lint', { params: { path: { project } }, body: {} as never }),
      ),
  });

export const revisions = (project: string) =>
  queryOptions({
    queryKey: ['plan', project, 'revisions'],
    queryFn: async () =>
      (
        await answer<{ items: Revision[] }>(
          api.GET('/api/v1/projects/{project}/plan/revisions', { params: { path: { project } } }),
        )
      ).items,
  });

export const diff = (project: string, from: number, to: number) =>
  queryOptions({
    queryKey: ['plan', project, 'diff', from, to],
    queryFn: async () =>
      (
        await answer<{ changes: Change[] }>(
          api.GET('/api/v1/projects/{project}/plan/diff', {
            params: { path: { project }, query: { from: String(from), to: String(to) } as never },
          }),
        )
      ).changes,
  });
