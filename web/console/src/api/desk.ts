// The desk's answers and how they are asked for.
import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { Source } from '@/parts/SourceChip';

export const views = ['needs_you', 'drafts', 'ai_answering', 'waiting', 'snoozed', 'closed'] as const;
export type View = (typeof views)[number];
export type Counts = Record<View, number>;

export interface ConversationRow {
  id: string;
  visitor: string;
  first_line: string;
  channel: string;
  lang: string;
  stage: string;
  staff: boolean;
  status: 'open' | 'snoozed' | 'closed';
  shown: string;
  owner: 'ai' | 'nobody' | 'person';
  person: string;
  person_name: string;
  epoch: number;
  segment: number;
  last_seq: number;
  waiting_on: 'us' | 'visitor' | 'none';
  waiting_since: string | null;
  snoozed_until: string | null;
  tags: string[];
  reason: string;
  misses: number;
  changed_at: string;
  draft: string | null;
  confidence: 'low' | 'medium' | 'high' | null;
  variant: string;
}

export interface Message {
  id: string;
  seq: number;
  author: 'visitor' | 'ai' | 'person' | 'system';
  author_id: string;
  author_name: string;
  kind: 'text' | 'ask' | 'notice' | 'note' | 'survey' | 'contact';
  text: string;
  choices: { key: string; question: string }[];
  sources: Source[];
  entries: string[];
  staff_only: boolean;
  label_version: string;
  approved_by: string;
  approved_by_name: string;
  drafted: boolean;
  client_id: string;
  at: string;
  thumb: 'up' | 'down' | null;
}

export interface Draft {
  id: string;
  epoch: number;
  text: string;
  band: 'low' | 'medium' | 'high';
  sources: Source[];
  entries: string[];
  at: string;
  message: string;
}

export interface Conversation {
  conversation: ConversationRow;
  messages: Message[];
  draft: Draft | null;
  context: {
    past: { id: string; first_line: string; changed_at: string; status: string }[];
    viewers: { person: string; name: string; typing: boolean }[];
    consent: boolean;
    decision: {
      recommended: string;
      delivered: string;
      reason: string;
      band: 'low' | 'medium' | 'high';
      entries: string[];
    } | null;
  };
}

export interface ConversationPage {
  items: ConversationRow[];
  counts: Counts;
  next: string | null;
}

export function conversationsQuery(project: string, view: View, q = '') {
  return queryOptions({
    queryKey: ['conversations', project, view, q],
    queryFn: () =>
      answer<ConversationPage>(
        api.GET('/api/v1/projects/{project}/desk/conversations', {
          params: { path: { project }, query: { view, limit: '100', ...(q ? { q } : {}) } },
        }),
      ),
    refetchInterval: 60_000,
  });
}

export function deskCountsQuery(project: string) {
  return queryOptions({
    ...conversationsQuery(project, 'needs_you'),
    select: (page: ConversationPage) => page.counts,
  });
}

export function conversationQuery(project: string, conversation: string) {
  return queryOptions({
    queryKey: ['conversation', project, conversation],
    queryFn: () =>
      answer<Conversation>(
        api.GET('/api/v1/projects/{project}/desk/conversations/{conversation}', {
          params: { path: { project, conversation } },
        }),
      ),
    refetchInterval: 15_000, // who else looks at it is not an event of the log
  });
}
