// What every first screen needs is asked for while the console's own code is still on its way: who is
// signed in, how the projects stand, what waits in the inbox. The page loads this small file beside
// the code; the client takes each answer from here, once.
import { languageHere } from '@/i18n/choice';

export const keptProject = 'servery.project'; // in localStorage: the project in front
const fresh = 10_000; // ms; an answer nobody took by then is old

interface Asked {
  at: number;
  answer: Promise<Response>;
}
const asked = new Map<string, Asked>();

interface Rights {
  id: string;
  capabilities: string[];
}

export function projectInFront<Project extends Rights>(projects: Project[], chosen: string | null): Project | undefined {
  return projects.find((one) => one.id === chosen) ?? projects[0];
}

function ask(address: string): Promise<Response> {
  const answer = fetch(address, { credentials: 'same-origin' });
  asked.set(address, { at: performance.now(), answer });
  return answer;
}

// The answer to a call that was asked early; nothing where it failed, for then it is asked again.
export async function takeEarly(request: Request): Promise<Response | undefined> {
  if (request.method !== 'GET') return undefined;
  const { pathname, search } = new URL(request.url);
  const found = asked.get(pathname + search);
  asked.delete(pathname + search);
  if (!found || performance.now() - found.at > fresh) return undefined;
  const response = await found.answer.catch(() => undefined);
  return response?.ok ? response : undefined;
}

export async function askEarly(path: string): Promise<void> {
  if (languageHere() === 'de') void import('@/i18n/german').catch(() => undefined);
  if (!path.startsWith('/console') || /\/(sign-in|setup)\/?$/.test(path)) return;
  ask('/api/v1/projects').catch(() => undefined);
  const response = await ask('/api/v1/session');
  if (!response.ok) return;
  const session = (await response.clone().json()) as { projects: Rights[] };
  const project = projectInFront(session.projects, localStorage.getItem(keptProject));
  if (!project?.capabilities.includes('desk.read')) return;
  // The navigation counts them on every screen, and the inbox begins with them.
  await ask(`/api/v1/projects/${project.id}/desk/conversations?view=needs_you&limit=100`);
}

askEarly(window.location.pathname).catch(() => undefined);
