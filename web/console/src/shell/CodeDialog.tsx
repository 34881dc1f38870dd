// Asks for a code of the second factor when the server wants one before an act.
import { useEffect, useRef, useState } from 'react';
import { onStepUp } from '@/api/step_up';
import { Later, laterPiece } from '@/parts/Later';

const CodeForm = laterPiece('CodeForm');

export function CodeDialog() {
  const done = useRef<((proved: boolean) => void) | undefined>(undefined);
  const [opened, setOpened] = useState(false);
  useEffect(
    () =>
      onStepUp(
        () =>
          new Promise<boolean>((resolve) => {
            done.current = resolve;
            setOpened(true);
          }),
      ),
    [],
  );
  const end = (proved: boolean) => {
    setOpened(false);
    done.current?.(proved);
    done.current = undefined;
  };
  return <Later opened={opened}>{(now) => <CodeForm opened={now} end={end} />}</Later>;
}
