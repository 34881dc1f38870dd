import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import type { Tone } from '@/theme/theme';

export type Severity = 'info' | 'warning' | 'critical';
export type Resolution = 'fixed' | 'new_normal' | 'false_alarm' | 'by_itself';

export interface Alert {
  id: string;
  stream: string;
  variant: string;
  severity: Severity;
  state: 'raised' | 'acknowledged' | 'resolved';
  since: string;
  raised_at: string;
  last_alarm_at: string;
  alarms: number;
  n: number;
  bad: number;
  value: number;
  limit: number;
  words: string;
  what_to_do: string;
  examples: string[];
  acknowledged_by: string;
  acknowledged_at: string | null;
  resolution: Resolution | null;
  resolved_by: string;
  resolved_at: string | null;
  note: string;
}

export interface Detector {
  stream: string;
  limit: number;
  n: number;
  value: number | null;
  ratio: number;
  threshold: number;
  per_year: number;
  state: 'watching' | 'alarmed';
}

export interface Watched {
  variant: string;
  budget: { false_alarms_a_year: number; quarter: string; alerts_365d: number; false_alarms_365d: number };
  streams: Detector[];
}

// The stream of changes makes them old (topic `alerts`); the interval is for a broken line.
export const alertsQuery = (project: string) =>
  queryOptions({
    queryKey: ['alerts', project, 'list'],
    queryFn: async () =>
      (
        await answer<{ items: Alert[] }>(
          api.GET('/api/v1/projects/{project}/alerts', {
            params: { path: { project }, query: { limit: 200 } as never },
          }),
        )
      ).items,
    refetchInterval: 60_000,
  });

export const watchedQuery = (project: string) =>
  queryOptions({
    queryKey: ['alerts', project, 'watched'],
    queryFn: () =>
      answer<Watched>(api.GET('/api/v1/projects/{project}/detectors', { params: { path: { project } } })),
    refetchInterval: 60_000,
  });

export const isOpen = (alert: Alert): boolean => alert.state !== 'resolved';

export const worstOf = (alerts: Alert[]): Severity =>
  (['critical', 'warning'] as const).find((severity) => alerts.some((one) => one.severity === severity)) ?? 'info';

export const toneOf = (severity: Severity): Tone =>
  severity === 'critical' ? 'bad' : severity === 'warning' ? 'attention' : 'info';
