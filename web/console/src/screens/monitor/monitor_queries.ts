import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import type { components } from '@/api/schema.gen';

export type Board = components['schemas']['board'];
export type BoardNumber = components['schemas']['board_number'];

export interface ReportLamp {
  name: string;
  state: 'green' | 'red' | 'grey';
  text: string;
}
export interface ReportSentence {
  text: string;
  query: string;
  n: number;
}
export interface Report {
  month: string;
  final_: boolean;
  preview: boolean;
  written_at: string;
  headline: string;
  lamps: ReportLamp[];
  numbers: { title: string; now: BoardNumber; last: number | null; last_n: number }[];
  sections: { title: string; sentences: ReportSentence[] }[];
  decision: string;
}

export const board = (project: string, period: string) =>
  queryOptions({
    queryKey: ['board', project, period],
    queryFn: async () =>
      (
        await api.GET('/api/v1/projects/{project}/board', {
          params: { path: { project }, query: { period } as never },
        })
      ).data!,
    refetchInterval: 30_000,
  });

export const reportMonths = (project: string) =>
  queryOptions({
    queryKey: ['reports', project, 'months'],
    queryFn: async () =>
      (
        await answer<{ items: { month: string }[] }>(
          api.GET('/api/v1/projects/{project}/reports', { params: { path: { project } } }),
        )
      ).items.map((row) => row.month),
  });

export const report = (project: string, month: string, preview: boolean) =>
  queryOptions({
    queryKey: ['reports', project, month, preview],
    queryFn: () =>
      answer<Report>(
        api.GET('/api/v1/projects/{project}/reports/{report}', {
          params: {
            path: { project, report: `${month}.json` },
            query: (preview ? { preview: '1' } : {}) as never,
          },
        }),
      ),
  });
