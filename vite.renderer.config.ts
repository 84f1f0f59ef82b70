import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The window: everything a strict content security policy lets in, which is files of our own and nothing inline. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // Fonts and pictures stay files: data: URLs would need a hole in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'chrome130',
    // Read from this computer's disk, once: splitting it further would gain nothing.
    chunkSizeWarningLimit: 2000,
  },
});
