// Who is signed in, what they may do, and which project they look at.
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { answer, api } from './client';

export interface ProjectRights {
  id: string;
  title: string;
  roles: string[];
  capabilities: string[];
}

export interface Session {
  person: { id: string; name: string; email: string; language?: string | null } | null;
  by: string;
  organisation: string[];
  projects: ProjectRights[];
  second_factor?: { enrolled: boolean; wanted: boolean; recovery_codes_left: number };
}

export interface ProjectStanding {
  id: string;
  title: string;
  phase: string | null;
  status: string;
  stage: string | null;
  percent: number | null;
  stopped?: boolean;
  demo?: boolean;
  has_plan?: boolean;
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => answer<Session>(api.GET('/api/v1/session')),
  staleTime: 60_000,
  retry: false,
});

export const standingsQuery = queryOptions({
  queryKey: ['standings'],
  queryFn: async () =>
    (await answer<{ items: ProjectStanding[] }>(api.GET('/api/v1/projects'))).items,
});

export interface Place {
  session: Session;
  project: ProjectRights;
  choose: (project: string) => void;
}

export const PlaceContext = createContext<Place | null>(null);

// The signed-in person and the project in front of them. Only below the shell.
export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error('usePlace stands outside the shell');
  return place;
}

export function useProject(): string {
  return usePlace().project.id;
}

// The server decides; this only hides what would be refused.
export function useMay(capability: string): boolean {
  return usePlace().project.capabilities.includes(capability);
}

export function useStanding(): ProjectStanding | undefined {
  const project = useProject();
  return useQuery(standingsQuery).data?.find((one) => one.id === project);
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await api.DELETE('/api/v1/session');
    client.clear();
    window.location.assign('/console/sign-in');
  };
}
