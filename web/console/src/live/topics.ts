// What an event of the stream makes old. A key is the beginning of a query key; `{project}` and
// `{id}` are those of the event. A screen that shows something live adds its keys here.
export interface LiveEvent {
  topic: string;
  kind: string;
  project: string;
  object_type: string;
  object_id: string;
}

type Keys = readonly (readonly string[])[];

export const topics: Record<string, Keys> = {
  desk: [
    ['conversations', '{project}'],
    ['conversation', '{project}', '{id}'],
    ['review', '{project}'],
  ],
  presence: [['presence', '{project}']],
  gate: [['gates', '{project}'], ['plan', '{project}'], ['standings']],
  rollout: [['rollouts', '{project}'], ['standings'], ['gates', '{project}']],
  knowledge: [['knowledge', '{project}']],
  evaluation: [['runs', '{project}']],
  monitor: [['board', '{project}'], ['reports', '{project}']],
  alerts: [['alerts', '{project}']],
};

export function keysOf(event: LiveEvent): string[][] {
  const fill = (word: string) =>
    word.replace('{project}', event.project).replace('{id}', event.object_id);
  return (topics[event.topic] ?? []).map((key) => key.map(fill));
}
