import { t } from '@/i18n';
import classes from './parts.module.css';

// What a verdict rests on: a fact's key, a signature, a variant. Hashes are shown by 12 digits.
export function EvidenceChip({ evidence }: { evidence: string }) {
  if (!evidence) return null;
  const short = /^[0-9a-f]{40,}$/.test(evidence) ? evidence.slice(0, 12) : (evidence.split('@')[0] ?? '');
  return (
    <span className={classes.chip} title={evidence}>
      <span>{t('parts.evidence', { evidence: short })}</span>
    </span>
  );
}
