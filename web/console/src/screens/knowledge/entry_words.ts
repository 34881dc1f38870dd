// The states of an entry, and how it did with visitors.
import { formatNumber, formatShare, t, words } from '@/i18n';
import type { Tone } from '@/theme/theme';
import type { Entry, QualityFinding } from './knowledge_queries';

const tones: Record<string, Tone> = {
  live: 'good',
  approved: 'info',
  draft: 'unknown',
  stale: 'attention',
  withdrawn: 'bad',
  retired: 'unknown',
};

export function entryTone(state: string): Tone {
  return tones[state] ?? 'unknown';
}

export function entryState(state: string): string {
  return words(`knowledge.state.${state}`) ?? state;
}

export function rightWords(entry: Entry): string {
  const used = entry.usage;
  if (!used || used.labelled === 0) return t('knowledge.right.none');
  return t('knowledge.right', { share: formatShare(used.right / used.labelled), n: formatNumber(used.labelled) });
}

export function findingWords(finding: QualityFinding): string {
  return words(`knowledge.finding.${finding.kind}`) ?? finding.kind;
}
