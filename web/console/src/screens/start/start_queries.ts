import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { currentLanguage } from '@/i18n';
import { valueAt, type Answers } from './answers';

export type Question = components['schemas']['wizard_question'];
export type Field = components['schemas']['wizard_field'];
export type Outcome = components['schemas']['wizard_outcome'];
export type Fault = { id: string; path: string; message: string; remedy: string };
export type Check = { question: string; valid: boolean; errors: Fault[]; next: Question | null };

const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

// The defaults follow from what is asked for, so the questions do too.
export const questions = (answers: Answers) => {
  const use = word(valueAt(answers, 'use'));
  const audience = word(valueAt(answers, 'who.audience'));
  const language = currentLanguage();
  return queryOptions({
    queryKey: ['wizard', language, use, audience],
    queryFn: async () =>
      (
        await api.GET('/api/v1/wizard/questions', {
          params: { query: { language, ...(use ? { use } : {}), ...(audience ? { audience } : {}) } },
        })
      ).data!.items,
  });
};

export async function check(question: string, answers: Answers): Promise<Check> {
  const got = await api.POST('/api/v1/wizard/check', {
    body: { question, answers: answers as never, language: currentLanguage() },
  });
  return got.data!;
}

export const outcome = (answers: Answers) =>
  queryOptions({
    queryKey: ['wizard', 'outcome', currentLanguage(), answers],
    queryFn: async () =>
      (await api.POST('/api/v1/wizard', { body: { answers: answers as never, language: currentLanguage() } as never })).data!,
    retry: false,
  });
