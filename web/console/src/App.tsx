// The whole console: theme, server state, router.
import { MantineProvider } from '@mantine/core';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { Router } from 'wouter';
import { asFault } from '@/api/fault';
import { useLanguage } from '@/i18n';
import { begin } from '@/shell/begin';
import { Shell } from '@/shell/Shell';
import { cssVariables, theme } from '@/theme/theme';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="servery-nonce"]')?.content ?? '';
setNonce(nonce); // the style that keeps the page still behind a dialog

const client = new QueryClient({
  queryCache: new QueryCache({
    // A session that ended shows itself in whatever was asked next.
    onError: (error, query) => {
      if (asFault(error).status === 401 && query.queryKey[0] !== 'session')
        void client.invalidateQueries({ queryKey: ['session'] });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refuses, it refuses again; what did not arrive may arrive.
      retry: (times, error) => {
        const { status } = asFault(error);
        return times < 2 && (status === 0 || status === 429 || status >= 502);
      },
      refetchOnWindowFocus: true,
    },
  },
});

begin(client);

export function App() {
  const language = useLanguage();
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={client}>
        <Router base="/console" key={language}>
          <Shell />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}
