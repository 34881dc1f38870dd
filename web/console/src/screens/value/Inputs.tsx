import { formatNumber, t } from '@/i18n';
import { Panel } from '@/parts/Panel';
import { Scroll } from '@/parts/Scroll';
import { Status } from '@/parts/Status';
import panel from '@/parts/panel.module.css';
import type { ValueCase } from './value_queries';

type Input = ValueCase['inputs'][number];

const number = (value: number) => formatNumber(value, { maximumFractionDigits: 3 });

function guessWords(guess: unknown): string {
  if (typeof guess === 'number') return number(guess);
  if (Array.isArray(guess)) return guess.map((one) => (typeof one === 'number' ? number(one) : String(one))).join(' – ');
  if (typeof guess === 'object' && guess !== null) {
    const parts = guess as { low?: number; likely?: number; high?: number };
    const all = [parts.low, parts.likely, parts.high].filter((one): one is number => typeof one === 'number');
    return all.map(number).join(' – ');
  }
  return '–';
}

// What the forecast rests on: a guess is named a guess until something is measured.
export function Inputs({ rows }: { rows: Input[] }) {
  return (
    <Panel title={t('value.inputs')} lead={t('value.inputs.lead')} flush>
      <Scroll>
        <table className={panel.table}>
          <thead>
            <tr>
              <th scope="col">{t('value.inputs.input')}</th>
              <th scope="col" className={panel.number}>
                {t('value.inputs.used')}
              </th>
              <th scope="col">{t('value.inputs.basis')}</th>
              <th scope="col">{t('value.inputs.guess')}</th>
              <th scope="col">{t('value.inputs.measured')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.words ?? row.name}</th>
                <td className={panel.number}>{row.used == null ? '–' : number(row.used)}</td>
                <td>
                  <Status
                    tone={row.basis === 'measured' ? 'good' : 'unknown'}
                    word={row.basis === 'measured' ? t('value.basis.measured') : t('value.basis.guess')}
                  />
                </td>
                <td className={panel.small}>{guessWords(row.guess)}</td>
                <td className={panel.small}>
                  {row.measured?.value == null
                    ? '–'
                    : t('value.measured', { value: number(row.measured.value), n: formatNumber(row.measured.n ?? 0) })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}
