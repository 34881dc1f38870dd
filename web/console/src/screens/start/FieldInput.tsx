import { Button, Checkbox, NumberInput, Radio, Select, Stack, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { formatNumber, t } from '@/i18n';
import type { Field } from './start_queries';
import classes from './start.module.css';

export interface FieldInputProps {
  field: Field;
  value: unknown;
  error?: string;
  onChange: (value: unknown) => void;
}

const numbers = (value: unknown): (number | undefined)[] =>
  Array.isArray(value) ? value.map((one) => (typeof one === 'number' ? one : undefined)) : [];
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
const records = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null) : [];
const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

function defaultWords(field: Field): string | undefined {
  const given = field.default as unknown;
  if (given == null || given === '') return undefined;
  if (Array.isArray(given)) {
    if (given.length === 0 || typeof given[0] === 'object') return undefined;
    return t('start.default', { value: given.map((one) => (typeof one === 'number' ? formatNumber(one) : String(one))).join(' – ') });
  }
  if (typeof given === 'number') return t('start.default', { value: formatNumber(given) });
  if (typeof given === 'string') {
    const named = field.choices.find((one) => one.value === given);
    return t('start.default', { value: named?.label ?? given });
  }
  return undefined;
}

function helpOf(field: Field): string | undefined {
  const help = (field as Field & { help?: string }).help;
  return [help, field.unit, defaultWords(field)].filter(Boolean).join(' · ') || undefined;
}

// One field of a question, by its kind. What is left alone stays out of the answers.
export function FieldInput({ field, value, error, onChange }: FieldInputProps) {
  const common = { label: field.label, description: helpOf(field), error, required: field.required };
  switch (field.kind) {
    case 'choice':
      return <Choice field={field} value={value} error={error} onChange={onChange} />;
    case 'flag':
      return (
        <Switch
          label={field.label}
          description={helpOf(field)}
          checked={value === undefined ? field.default === true : value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'long_text':
      return (
        <Textarea
          {...common}
          value={textOf(value)}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
          autosize
          minRows={5}
          maxRows={16}
        />
      );
    case 'lines':
      return <Lines field={field} value={value} error={error} onChange={onChange} />;
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'number' ? value : ''}
          min={field.min ?? undefined}
          max={field.max ?? undefined}
          placeholder={typeof field.default === 'number' ? String(field.default) : undefined}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      );
    case 'range':
      return <Range field={field} value={value} error={error} onChange={onChange} />;
    case 'date':
      return (
        <TextInput
          {...common}
          type="date"
          value={textOf(value)}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      );
    case 'rows':
      return <Rows field={field} value={value} error={error} onChange={onChange} />;
    default:
      return (
        <TextInput
          {...common}
          value={textOf(value)}
          placeholder={typeof field.default === 'string' ? field.default : undefined}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      );
  }
}

function Choice({ field, value, error, onChange }: FieldInputProps) {
  const chosen = typeof value === 'string' ? value : typeof field.default === 'string' ? field.default : null;
  if (field.choices.length > 7)
    return (
      <Select
        label={field.label}
        error={error}
        data={field.choices.map(({ value: one, label }) => ({ value: one, label }))}
        value={chosen}
        onChange={(next) => onChange(next ?? undefined)}
        searchable
      />
    );
  return (
    <Radio.Group label={field.label} value={chosen} error={error} onChange={onChange} required={field.required}>
      <div className={classes.choices}>
        {field.choices.map((one) => {
          const help = (one as { help?: string }).help;
          return (
            <Radio.Card key={one.value} value={one.value} className={classes.choice}>
              <Radio.Indicator />
              <span>
                <span className={classes.choiceName}>{one.label}</span>
                {help && <span className={classes.small}>{help}</span>}
              </span>
            </Radio.Card>
          );
        })}
      </div>
    </Radio.Group>
  );
}

function Lines({ field, value, error, onChange }: FieldInputProps) {
  const given = value === undefined ? texts(field.default) : texts(value);
  const known = new Set(field.choices.map((one) => one.value));
  if (field.choices.length === 0)
    return (
      <TagsInput
        label={field.label}
        description={helpOf(field) ?? t('start.lines.help')}
        error={error}
        value={given}
        onChange={onChange}
      />
    );
  const own = given.filter((one) => !known.has(one));
  return (
    <Stack gap="sm">
      <Checkbox.Group
        label={field.label}
        error={error}
        value={given.filter((one) => known.has(one))}
        onChange={(ticked) => onChange([...ticked, ...own])}
      >
        <Stack gap={8} mt={8}>
          {field.choices.map((one) => (
            <Checkbox key={one.value} value={one.value} label={one.label} />
          ))}
        </Stack>
      </Checkbox.Group>
      <TagsInput
        label={t('start.lines.own')}
        description={t('start.lines.help')}
        value={own}
        onChange={(more) => onChange([...given.filter((one) => known.has(one)), ...more])}
      />
    </Stack>
  );
}

const ends = ['low', 'likely', 'high'] as const;

function Range({ field, value, error, onChange }: FieldInputProps) {
  const given = numbers(value);
  const fallback = numbers(field.default);
  const set = (at: number, next: number | undefined) => {
    const all = [0, 1, 2].map((i) => (i === at ? next : given[i]));
    onChange(all.every((one) => one === undefined) ? undefined : all.map((one, i) => one ?? fallback[i] ?? 0));
  };
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{field.label}</legend>
      {helpOf(field) && <p className={classes.small}>{helpOf(field)}</p>}
      <div className={classes.three}>
        {ends.map((end, i) => (
          <NumberInput
            key={end}
            label={t(`start.range.${end}`)}
            value={given[i] ?? ''}
            placeholder={fallback[i] === undefined ? undefined : String(fallback[i])}
            min={field.min ?? undefined}
            max={field.max ?? undefined}
            error={i === 0 ? error : undefined}
            onChange={(next) => set(i, typeof next === 'number' ? next : undefined)}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Rows({ field, value, error, onChange }: FieldInputProps) {
  const rows = value === undefined ? records(field.default) : records(value);
  const set = (at: number, name: string, next: unknown) =>
    onChange(rows.map((row, i) => (i === at ? { ...row, [name]: next } : row)));
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{field.label}</legend>
      {helpOf(field) && <p className={classes.small}>{helpOf(field)}</p>}
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      {rows.map((row, i) => (
        <div key={i} className={classes.row}>
          <div className={classes.cells}>
            {field.columns.map((column) =>
              column.kind === 'number' ? (
                <NumberInput
                  key={column.path}
                  label={column.label}
                  description={column.unit || undefined}
                  value={typeof row[column.path] === 'number' ? (row[column.path] as number) : ''}
                  onChange={(next) => set(i, column.path, typeof next === 'number' ? next : undefined)}
                />
              ) : column.kind === 'flag' ? (
                <Switch
                  key={column.path}
                  label={column.label}
                  checked={row[column.path] === true}
                  onChange={(event) => set(i, column.path, event.currentTarget.checked)}
                />
              ) : (
                <TextInput
                  key={column.path}
                  label={column.label}
                  required={column.required}
                  value={textOf(row[column.path])}
                  onChange={(event) => set(i, column.path, event.currentTarget.value || undefined)}
                />
              ),
            )}
          </div>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => onChange(rows.filter((_, at) => at !== i))}
          >
            {t('start.rows.remove')}
            <span className="unseen"> {i + 1}</span>
          </Button>
        </div>
      ))}
      <Button size="xs" variant="default" mt={8} onClick={() => onChange([...rows, {}])}>
        {t('start.rows.add')}
      </Button>
    </fieldset>
  );
}
