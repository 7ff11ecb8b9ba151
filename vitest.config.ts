import {defineConfig} from 'vitest/config';

/** Slow suites (`*.slow.test.ts`) run only under `npm run test:slow`. */
const slow = process.env.COLDFRONT_SLOW === '1';

export default defineConfig({
  test: {
    include: slow ? ['test/**/*.slow.test.{ts,tsx}'] : ['test/**/*.test.{ts,tsx}'],
    exclude: slow ? [] : ['test/**/*.slow.test.{ts,tsx}'],
    globalSetup: 'bin/dev/test-setup.js',
    setupFiles: 'test/helpers/seeded.ts',
    testTimeout: slow ? 600_000 : 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    coverage: {provider: 'v8', include: ['src/**'], reporter: ['text-summary', 'html']},
  },
});
