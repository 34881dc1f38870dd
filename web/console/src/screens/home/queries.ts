// What the home page asks for.
import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import type { components } from '@/api/schema.gen';

export type Board = components['schemas']['board'];
export type BoardNumber = components['schemas']['board_number'];
export type GateRow = components['schemas']['gate_row'];

export interface Today {
  since: string;
  messages: number;
  answered: number;
  asked: number;
  handed_over: number;
  drafted: number;
  replied: number;
  thumbs_up: number;
  thumbs_down: number;
  waiting: number;
}

const of = (project: string) => ({ params: { path: { project } } });

export const homeBoardQuery = (project: string) =>
  queryOptions({
    queryKey: ['board', project, 'home'],
    queryFn: () => answer<Board>(api.GET('/api/v1/projects/{project}/board', of(project))),
    staleTime: 30_000,
  });

export const homeGatesQuery = (project: string) =>
  queryOptions({
    queryKey: ['gates', project, 'home'],
    queryFn: async () =>
      (
        await answer<{ items: GateRow[] }>(
          api.GET('/api/v1/projects/{project}/gates', of(project)),
        )
      ).items,
    staleTime: 30_000,
  });

export const todayQuery = (project: string) =>
  queryOptions({
    queryKey: ['conversations', project, 'today'],
    queryFn: () => answer<Today>(api.GET('/api/v1/projects/{project}/desk/today', of(project))),
  });
