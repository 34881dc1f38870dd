// The blind queue and how far it is.
import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';

export interface Task {
  message: string;
  text: string;
  lang: string;
  context: { author: 'visitor' | 'us'; text: string }[];
  answer: string;
}

export interface Progress {
  drawn: number;
  labelled: number;
  unsure: number;
  waiting: number;
  agreement?: number | null;
}

export const verdicts = ['right', 'wrong', 'out_of_scope', 'unsure', 'missing'] as const;
export type Verdict = (typeof verdicts)[number];

export const taskQuery = (project: string) =>
  queryOptions({
    queryKey: ['review-task', project],
    queryFn: async () =>
      (await answer<Task | undefined>(
        api.GET('/api/v1/projects/{project}/desk/review/next', { params: { path: { project } } }),
      )) ?? null,
    staleTime: Infinity, // the one on screen stays until it is judged
  });

export const progressQuery = (project: string) =>
  queryOptions({
    queryKey: ['review', project],
    queryFn: () =>
      answer<Progress>(
        api.GET('/api/v1/projects/{project}/desk/review', { params: { path: { project } } }),
      ),
  });

export interface Entry {
  key: string;
  question: string;
}

export const entriesQuery = (project: string) =>
  queryOptions({
    queryKey: ['knowledge', project, 'names'],
    queryFn: async () =>
      (
        await answer<{ items: Entry[] }>(
          api.GET('/api/v1/projects/{project}/knowledge/entries', {
            params: { path: { project }, query: { limit: '200' } },
          }),
        )
      ).items,
  });
