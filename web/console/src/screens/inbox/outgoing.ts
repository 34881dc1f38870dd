// Replies on their way: shown at once, held by the server for a few seconds, taken back by Undo, and
// given back to the composer when the server refuses them.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answer, api } from '@/api/client';
import type { Conversation, Message } from '@/api/desk';
import { useProject } from '@/api/session';

const stored = 'servery.hold_ms';

export function holdMs(): number {
  const kept = Number(localStorage.getItem(stored) ?? '5000');
  return Number.isFinite(kept) ? Math.min(10_000, Math.max(0, kept)) : 5000;
}

export interface Outgoing {
  client_id: string;
  text: string;
  outbox?: string; // once the server holds it
  due?: string;
}

export function useOutgoing(conversation: string, messages: Message[]) {
  const project = useProject();
  const client = useQueryClient();
  const [outgoing, setOutgoing] = useState<Outgoing[]>([]);

  const drop = (id: string) => setOutgoing((old) => old.filter((one) => one.client_id !== id));
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ['conversation', project, conversation] });
    void client.invalidateQueries({ queryKey: ['conversations', project] });
  };

  // One that has arrived is in the transcript.
  const arrived = new Set(messages.map((one) => one.client_id));
  const waiting = outgoing.filter((one) => !arrived.has(one.client_id));

  // The server sends what it held about a second after it is due.
  const next = waiting.map((one) => one.due).filter((due) => due !== undefined).sort()[0];
  useEffect(() => {
    if (!next) return undefined;
    const wait = Math.max(0, new Date(next).getTime() - Date.now()) + 1200;
    const timer = setTimeout(refresh, wait);
    return () => clearTimeout(timer);
  });

  const send = async (text: string, ifSeq: number): Promise<void> => {
    const client_id = crypto.randomUUID();
    setOutgoing((old) => [...old, { client_id, text }]);
    try {
      const hold_ms = holdMs();
      const done = await answer<Partial<{ outbox: string; due: string }>>(
        api.POST('/api/v1/projects/{project}/desk/conversations/{conversation}/reply', {
          params: { path: { project, conversation } },
          body: { text, if_seq: ifSeq, client_id, ...(hold_ms > 0 ? { hold_ms } : {}) },
        }),
      );
      const { outbox, due } = done;
      if (outbox && due)
        setOutgoing((old) =>
          old.map((one) => (one.client_id === client_id ? { ...one, outbox, due } : one)),
        );
    } catch (error) {
      drop(client_id);
      throw error;
    } finally {
      refresh();
    }
  };

  // The text comes back to be edited.
  const undo = async (one: Outgoing): Promise<string> => {
    if (one.outbox)
      await api.DELETE('/api/v1/projects/{project}/desk/outbox/{outbox}', {
        params: { path: { project, outbox: one.outbox } },
      });
    drop(one.client_id);
    return one.text;
  };

  return { waiting, send, undo };
}

export function lastSeq(conversation: Conversation | undefined): number {
  return conversation?.messages.at(-1)?.seq ?? 0;
}
