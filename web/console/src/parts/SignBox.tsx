import { Button, Checkbox, Stack, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { t } from '@/i18n';
import { ErrorState } from './ErrorState';
import classes from './sign.module.css';

// Where a person takes responsibility: what they sign for, in a sentence they can change, and the
// note that it stands under their name. Shows the refusal in place.
export function SignBox({
  statement: proposed,
  consequence,
  who,
  busy,
  error,
  onSign,
}: {
  statement: string;
  consequence: ReactNode;
  who: string;
  busy: boolean;
  error?: unknown;
  onSign: (statement: string, comment: string) => void;
}) {
  const [statement, setStatement] = useState(proposed);
  const [comment, setComment] = useState('');
  const [seen, setSeen] = useState(false);
  return (
    <form
      className={classes.box}
      onSubmit={(event) => {
        event.preventDefault();
        onSign(statement.trim(), comment.trim());
      }}
    >
      <div className={classes.consequence}>{consequence}</div>
      <Stack gap="sm">
        <Textarea
          label={t('parts.sign.statement')}
          value={statement}
          onChange={(event) => setStatement(event.currentTarget.value)}
          autosize
          minRows={2}
          required
        />
        <Textarea
          label={t('parts.sign.comment')}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          autosize
          minRows={1}
        />
        <Checkbox
          checked={seen}
          onChange={(event) => setSeen(event.currentTarget.checked)}
          label={t('parts.sign.seen', { who })}
        />
        {Boolean(error) && <ErrorState error={error} />}
        <div>
          <Button type="submit" size="md" loading={busy} disabled={!seen || statement.trim() === ''}>
            {t('parts.sign.act')}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
