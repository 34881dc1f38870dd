// Where an answer comes from and when somebody last checked it. Links show their host.
import { formatDate, t } from '@/i18n';
import classes from './SourceChip.module.css';

export interface Source {
  title: string;
  url?: string;
  checked_on?: string;
}

function hostOf(url: string): string | undefined {
  try {
    const parsed = new URL(url);
    return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed.host : undefined;
  } catch {
    return undefined;
  }
}

export function SourceChip({ source }: { source: Source }) {
  const text = source.checked_on
    ? t('parts.source.checked', { title: source.title, when: formatDate(source.checked_on) })
    : source.title;
  const host = source.url ? hostOf(source.url) : undefined;
  if (!host)
    return (
      <span className={classes.chip}>
        <span>{text}</span>
      </span>
    );
  return (
    <a className={classes.chip} href={source.url} target="_blank" rel="noopener noreferrer nofollow">
      <span>{text}</span>
      <span className={classes.host}>{host}</span>
    </a>
  );
}
