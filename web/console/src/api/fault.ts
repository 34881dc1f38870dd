// A refusal of the server: a stable id, words in English, and where to look.
import { t, words, type Params } from '@/i18n';

export interface Problem {
  id: string;
  message: string;
  where: string;
  remedy: string;
  params?: Params;
  request_id?: string;
}

export class Fault extends Error {
  readonly status: number;
  readonly problem: Problem;
  readonly all: Problem[];

  constructor(status: number, problem: Problem, all: Problem[] = [problem]) {
    super(problem.message);
    this.name = 'Fault';
    this.status = status;
    this.problem = problem;
    this.all = all;
  }

  get id(): string {
    return this.problem.id;
  }

  // In the reader's language where the console has words for the id, else the server's.
  get said(): string {
    return words(`error.${this.id}`, this.problem.params) ?? this.problem.message;
  }

  get remedy(): string {
    return words(`error.${this.id}.remedy`, this.problem.params) ?? this.problem.remedy;
  }

  static async read(response: Response): Promise<Fault> {
    try {
      const body = (await response.json()) as { error: Problem; errors?: Problem[] };
      return new Fault(response.status, body.error, body.errors);
    } catch {
      return new Fault(response.status, {
        id: 'console.unreadable',
        message: t('error.console.unreadable', { status: response.status }),
        where: '',
        remedy: t('error.console.unreadable.remedy'),
      });
    }
  }
}

export function offlineFault(): Fault {
  return new Fault(0, {
    id: 'console.offline',
    message: t('error.console.offline'),
    where: '',
    remedy: t('error.console.offline.remedy'),
  });
}

export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault(0, {
    id: 'console.unexpected',
    message: error instanceof Error ? error.message : String(error),
    where: '',
    remedy: '',
  });
}
