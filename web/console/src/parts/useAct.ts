// An act on the server: sends it once, says how it went, and has what it changed fetched anew.
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';

export function useAct<Input, Output = unknown>(
  work: (input: Input) => Promise<Output>,
  { changes, done }: { changes: QueryKey[]; done?: (output: Output, input: Input) => void },
) {
  const client = useQueryClient();
  return useMutation<Output, Error, Input>({
    mutationFn: work,
    onSuccess: (output, input) => {
      done?.(output, input);
    },
    // Also after a refusal: what was shown may be old.
    onSettled: () => {
      for (const queryKey of changes) void client.invalidateQueries({ queryKey });
    },
  });
}
