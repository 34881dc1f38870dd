// How long ago, with the moment itself for those who point at it.
import { useEffect, useState } from 'react';
import { formatAge, formatMoment } from '@/i18n';

export function Ago({ at }: { at: string }) {
  const [now, setNow] = useState(Date.now);
  const [moment, setMoment] = useState<string>();
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={moment} onPointerEnter={() => setMoment(formatMoment(at))}>
      {formatAge(at, now)}
    </time>
  );
}
