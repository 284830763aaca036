// Pages whose code the browser loads when they are opened: ahead, late, and not at all.

import { expect, test } from '@playwright/test';
import { alive, exactPreview, openEditor, signUp, watch } from './support.js';

const EDITOR = '**/pkg/editor-*.part';

/** The list of templates, where the editor has not been opened since the page was loaded. */
async function templates(page) {
  await openEditor(page);
  await page.goto('/templates');
  await alive(page);
  return page.locator('h2 a[href^="/templates/"]').first();
}

test('the editor is loaded when somebody points at a link to it, and opens without another word', async ({ page }) => {
  const complaints = watch(page);
  const link = await templates(page);
  const loaded = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  expect(await page.locator('link[href*="editor"]').count()).toBe(0);
  await Promise.all([page.waitForResponse(EDITOR), page.waitForResponse('**/pkg/editor.css'), link.hover()]);
  await link.click();
  await exactPreview(page);
  await expect(page.locator('.editor')).toHaveCSS('display', 'grid');
  expect(loaded.filter((path) => path.endsWith('.part'))).toHaveLength(1);
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Templates' })).toBeVisible();
  expect(complaints).toEqual([]);
});

test('the keyboard loads ahead too', async ({ page }) => {
  const link = await templates(page);
  await Promise.all([page.waitForResponse(EDITOR), link.focus()]);
  await page.keyboard.press('Enter');
  await exactPreview(page);
});

test('a page that does not arrive says so and comes when it is asked again', async ({ page }) => {
  const link = await templates(page);
  await page.route(EDITOR, (route) => route.abort());
  await link.click();
  const alert = page.getByRole('alert').filter({ hasText: 'This page could not be loaded' });
  await expect(alert).toBeVisible();
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toBeVisible();
  await page.unroute(EDITOR);
  await alert.getByRole('button', { name: 'Try again' }).click();
  await exactPreview(page);
  await expect(alert).toHaveCount(0);
});

test('a page of an older build, whose part is gone, is the newest once it is reloaded', async ({ page }) => {
  const link = await templates(page);
  await page.route(EDITOR, (route) => route.fulfill({ status: 404 }));
  await link.click();
  const reload = page.getByRole('button', { name: 'Reload' });
  await expect(reload).toBeVisible();
  await page.unroute(EDITOR);
  await reload.click();
  await exactPreview(page);
});

test('a page that the server has made comes alive later where its part is late', async ({ page }) => {
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await signUp(page, 'Late');
  await page.route('**/pkg/account-*.part', (route) => route.abort());
  await page.goto('/account');
  const alert = page.getByRole('alert').filter({ hasText: 'This page could not be loaded' });
  await expect(alert).toBeVisible();
  await expect(page.getByText('This browser')).toBeVisible();
  await page.unroute('**/pkg/account-*.part');
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toHaveCount(0);
  await alive(page);
  // A link opens its page without a new document.
  await page.evaluate(() => (window.same = true));
  await page.getByRole('link', { name: 'Designs' }).click();
  await expect(page.getByRole('heading', { name: 'Designs', exact: true })).toBeVisible();
  expect(await page.evaluate(() => window.same)).toBe(true);
  expect(complaints).toEqual([]);
});
