import classes from './charts.module.css';

export interface TornadoRow {
  name: string;
  low: number;
  high: number;
}

// What moves the result most: one row an input, from the result at its low end to that at its
// high end, widest first. A table, so that it reads without the bars.
export function Tornado({
  rows,
  money,
  caption,
  head,
}: {
  rows: TornadoRow[];
  money: (amount: number) => string;
  caption: string;
  head: { input: string; low: string; effect: string; high: string };
}) {
  const all = rows.flatMap((r) => [r.low, r.high]).concat(0);
  const min = Math.min(...all);
  const span = Math.max(...all) - min || 1;
  const at = (v: number) => ((v - min) / span) * 100;
  return (
    <table className={classes.tornado}>
      <caption className={classes.tableCaption}>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{head.input}</th>
          <th scope="col" className={classes.number}>{head.low}</th>
          <th scope="col" className={classes.effect}>{head.effect}</th>
          <th scope="col" className={classes.number}>{head.high}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const left = Math.min(at(row.low), at(row.high));
          const wide = Math.abs(at(row.high) - at(row.low));
          return (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td className={classes.number}>{money(row.low)}</td>
              <td className={classes.effect} aria-hidden="true">
                <svg className={classes.tornadoBar}>
                  <line x1={`${at(0)}%`} x2={`${at(0)}%`} y1="0" y2="20" className={classes.zero} />
                  <rect x={`${left}%`} y="4" width={`${Math.max(wide, 0.6)}%`} height="12" rx="2" className={classes.fanSolid} />
                </svg>
              </td>
              <td className={classes.number}>{money(row.high)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
