// What a page does when it hears nothing: the database dies while it is open, or too many pages are.

import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { file, signUp } from './support.js';

test('the page says that the database is away and recovers by itself', async ({ page }) => {
  await signUp(page, 'Steady');
  // The page hears of the outage over its event stream: this page's, not that of the one before.
  const ours = (response) => response.url().endsWith('/files/events') && response.frame().url().endsWith('/designs');
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

test('a page that finds no place among those that are told looks for changes itself', async ({ page, context }) => {
  await signUp(page, 'Crowded');
  const full = { kind: 'throttled', key: 'events-browser-full', arguments: { limit: '20' }, retry_after: 1 };
  const tries = [];
  await page.route('**/files/events', (route) => {
    // The other request asks for the reason.
    if (route.request().resourceType() === 'eventsource') tries.push(Date.now());
    return route.fulfill({ status: 429, headers: { 'retry-after': '1' }, json: full });
  });
  await page.goto('/designs');
  await expect(page.getByText('This browser has 20 pages open')).toBeVisible();
  // Another page of the same browser adds a design; nobody tells this one.
  const other = await context.newPage();
  await other.goto('/designs');
  await other.locator('input[type=file]').setInputFiles(file('orbit.png'));
  await expect(other.locator('.tile')).toHaveCount(1, { timeout: 30_000 });
  await expect(page.locator('.tile')).toHaveCount(1, { timeout: 30_000 });
  await expect.poll(() => tries.length).toBeGreaterThanOrEqual(3);
  expect(tries[1] - tries[0]).toBeGreaterThanOrEqual(2000);
  expect(tries[2] - tries[1]).toBeGreaterThan(tries[1] - tries[0]);
  // A place is free again.
  await page.unroute('**/files/events');
  await expect(page.getByText('This browser has 20 pages open')).toBeHidden({ timeout: 60_000 });
});
