/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

// The page loads early.ts beside the code, not after it.
function early(): Plugin {
  return {
    name: 'early',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) => {
        const file = Object.values(bundle ?? {}).find((one) => one.type === 'chunk' && one.isEntry && one.name === 'early');
        if (!file) throw new Error('there is no early.js');
        const attrs = { type: 'module', async: true, crossorigin: true, src: `/console/${file.fileName}` };
        return [{ tag: 'script', attrs, injectTo: 'head-prepend' }];
      },
    },
  };
}

export default defineConfig({
  base: '/console/',
  plugins: [react(), early()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: process.env.SERVERY_WEB_OUT ?? '../../build/web/console',
    emptyOutDir: true,
    target: 'es2022',
    // No inline scripts or data addresses: the content policy allows files of this server only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The server needs to know what is loaded first (tools/web_budget).
    manifest: 'manifest.json',
    reportCompressedSize: false,
    rollupOptions: {
      input: { index: 'index.html', early: 'src/early.ts' },
      output: {
        // Two files of libraries: what the frame needs, and the components of the kit, which come later.
        manualChunks: (id: string) => {
          if (id.includes('commonjsHelpers')) return 'base';
          if (/node_modules\/(@mantine\/core\/esm\/components|@floating-ui|tabbable|tslib|react-[rsnt]|use-(sidecar|callback|composed|latest))/.test(id)) return 'kit';
          if (/node_modules\/(react|react-dom|scheduler|use-sync-external-store|clsx|get-nonce|@tanstack|wouter|openapi-fetch|@mantine\/(hooks|core\/esm\/core))\//.test(id)) return 'base';
          return undefined;
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.SERVERY_URL ?? 'http://127.0.0.1:8080' } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    // One browser-like world for all files: making one takes longer than every test together.
    pool: 'threads',
    isolate: false,
    maxWorkers: 1,
    minWorkers: 1,
  },
});
