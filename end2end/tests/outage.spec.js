// The database dies while a page is open.

import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { file, signUp } from './support.js';

test('the page says that the database is away and recovers by itself', async ({ page }) => {
  await signUp(page, 'Steady');
  // The page hears of the outage over its event stream: this page's, not that of the one before.
  const ours = (response) => response.url().endsWith('/api/events') && response.frame().url().endsWith('/designs');
  await Promise.all([page.waitForResponse(ours), page.goto('/designs')]);
  await expect(page.getByText('Upload designs')).toBeVisible();
  const postmaster = Number(readFileSync(file('data/postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(postmaster, 'SIGKILL');
  await expect(page.getByText('The database does not answer')).toBeVisible();
  await expect(page.getByText('The database does not answer')).toBeHidden();
  // It works again without a reload.
  await page.locator('input[type=file]').setInputFiles(file('orbit.png'));
  await expect(page.locator('.tile')).toHaveCount(1, { timeout: 30_000 });
});
