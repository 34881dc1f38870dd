/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/console/',
  plugins: [react()],
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
      output: {
        manualChunks: (id: string) =>
          /node_modules\/(react|react-dom|scheduler|@tanstack|wouter|openapi-fetch)\//.test(id)
            ? 'base'
            : undefined,
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
