import { defineConfig } from '@playwright/test';

const outage = '**/outage.spec.js';
const port = process.env.VITRINE_TEST_PORT ?? '3000';

export default defineConfig({
  testDir: 'tests',
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // Two at once: much of a test's time is spent waiting.
  workers: 2,
  fullyParallel: true,
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${port}`,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'desktop', testIgnore: outage, use: { viewport: { width: 1280, height: 860 } } },
    {
      name: 'phone',
      testIgnore: outage,
      grepInvert: /@any-window/,
      use: { viewport: { width: 390, height: 844 }, hasTouch: true },
    },
    // Takes the database from everybody, so alone and last.
    { name: 'outage', testMatch: outage, dependencies: ['desktop', 'phone'] },
  ],
});
