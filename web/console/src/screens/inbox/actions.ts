// What staff do to a conversation. The server decides; after each act the truth is fetched again,
// also after a refusal, so that what is shown is what is.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import type { Conversation, ConversationRow } from '@/api/desk';
import { useProject } from '@/api/session';

interface Owner {
  owner: ConversationRow['owner'];
  person: string;
  epoch: number;
}

export function useConversationActs(conversation: string) {
  const project = useProject();
  const client = useQueryClient();
  const key = ['conversation', project, conversation];
  const path = { project, conversation };
  const base = '/api/v1/projects/{project}/desk/conversations/{conversation}' as const;
  const draftBase = '/api/v1/projects/{project}/desk/drafts/{draft}' as const;

  const settled = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: key }),
      client.invalidateQueries({ queryKey: ['conversations', project] }),
    ]);
  // Shown at once; the refetch that follows corrects it.
  const owned = (now: Owner) =>
    client.setQueryData<Conversation>(key, (old) =>
      old && {
        ...old,
        conversation: { ...old.conversation, owner: now.owner, person: now.person, epoch: now.epoch },
      },
    );
  const act = <Given>(work: (given: Given) => Promise<unknown>) => ({
    mutationFn: work,
    onSettled: () => void settled(),
  });

  return {
    claim: useMutation(
      act(async ({ epoch, force }: { epoch: number; force?: boolean }) => {
        const now = await answer<Owner>(
          api.POST(`${base}/claim`, { params: { path }, body: { epoch, force: force ?? false } }),
        );
        owned(now);
        return now;
      }),
    ),
    release: useMutation(act(() => api.POST(`${base}/release`, { params: { path } }))),
    giveBack: useMutation(
      act((epoch: number) => api.POST(`${base}/return`, { params: { path }, body: { epoch } })),
    ),
    close: useMutation(
      act((reason: string) => api.POST(`${base}/close`, { params: { path }, body: { reason } })),
    ),
    snooze: useMutation(
      act((until: string) => api.POST(`${base}/snooze`, { params: { path }, body: { until } })),
    ),
    tag: useMutation(
      act((tags: string[]) => api.POST(`${base}/tags`, { params: { path }, body: { tags } })),
    ),
    note: useMutation(
      act((text: string) =>
        api.POST(`${base}/note`, { params: { path }, body: { text, client_id: crypto.randomUUID() } }),
      ),
    ),
    approve: useMutation(
      act(({ draft, epoch, text }: { draft: string; epoch: number; text?: string }) =>
        api.POST(`${draftBase}/approve`, {
          params: { path: { project, draft } },
          body: text === undefined ? { epoch } : { epoch, text },
        }),
      ),
    ),
    reject: useMutation(
      act(({ draft, epoch, reason }: { draft: string; epoch: number; reason: string }) =>
        api.POST(`${draftBase}/reject`, {
          params: { path: { project, draft } },
          body: { epoch, reason },
        }),
      ),
    ),
    settled,
  };
}

export type ConversationActs = ReturnType<typeof useConversationActs>;
