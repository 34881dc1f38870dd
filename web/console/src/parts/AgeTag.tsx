import { formatAge, formatMoment, t } from '@/i18n';
import classes from './parts.module.css';

// How old a number is; when its evidence ends soon, it says that instead, in the tone of attention.
export function AgeTag({ at, expires }: { at: string | null; expires?: string | null }) {
  const soon = expires != null && new Date(expires).getTime() - Date.now() < 3 * 86_400_000;
  if (soon && expires)
    return (
      <span className={classes.chip} data-tone="attention" title={formatMoment(expires)}>
        <span>
          {new Date(expires).getTime() < Date.now()
            ? t('parts.age.ended', { when: formatAge(expires) })
            : t('parts.age.ends', { when: formatAge(expires) })}
        </span>
      </span>
    );
  if (!at) return null;
  return (
    <span className={classes.chip} title={formatMoment(at)}>
      <span>{t('parts.age.measured', { when: formatAge(at) })}</span>
    </span>
  );
}
