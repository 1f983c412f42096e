// Builds the window's page into dist/, and runs its unit tests.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  // Tauri's devUrl names this port.
  server: { port: 5173, strictPort: true, host: '127.0.0.1' },
  // The oldest WebKit that Tauri's windows have. The page of the design system is built apart: no window serves it.
  build: {
    target: 'safari15',
    chunkSizeWarningLimit: 800,
    ...(mode === 'design' ? { outDir: 'dist-design', rolldownOptions: { input: 'design.html' } } : {}),
  },
  // Without it Vitest would take Svelte's server build.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/testing/setup.ts'],
    // One page for all files: setup.ts cleans it after each test, and a page for each takes most of the time.
    isolate: false,
    // The contrast of what tokens.css says is measured.
    css: true,
  },
}));
