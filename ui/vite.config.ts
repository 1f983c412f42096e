// Builds the window's page into dist/, and runs its unit tests.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  // Tauri's devUrl names this port.
  server: { port: 5173, strictPort: true, host: '127.0.0.1' },
  // The oldest WebKit that Tauri's windows have.
  build: { target: 'safari15', chunkSizeWarningLimit: 800 },
  // Without it Vitest would take Svelte's server build.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/testing/setup.ts'],
  },
});
