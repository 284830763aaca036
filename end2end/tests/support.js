import { expect } from '@playwright/test';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { PNG } from 'pngjs';

/** Files that the project draws itself, written by `./test` before. */
export const files = process.env.VITRINE_TEST_FILES;

export const file = (name) => `${files}/${name}`;

/** Fails the test on anything the page complains about in the console. */
export function watch(page) {
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const expected = /Failed to load resource/;
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

/** The server's page is alive once hydration has put its handlers on it. */
export async function hydrated(page) {
  await page.waitForFunction(() => document.querySelector('link[rel=modulepreload]') !== null);
  await page.waitForLoadState('networkidle');
}

let people = 0;

export async function signUp(page, workspace) {
  const person = `${Date.now().toString(36)}${people++}`;
  await page.goto('/signup');
  await page.getByLabel('Workspace name').fill(`${workspace} ${person}`);
  await page.getByLabel('Address').fill(`shop-${person}`);
  await page.getByLabel('E-mail').fill(`ada-${person}@example.com`);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('heading', { name: 'First steps' })).toBeVisible();
  return { email: `ada-${person}@example.com`, subdomain: `shop-${person}` };
}

/** Waits for the worker's exact picture of the present document. */
export async function exactPreview(page) {
  await expect(page.locator('.stage-canvas')).toHaveAttribute('data-state', 'exact', { timeout: 30_000 });
}

/** The preview's pixels as the canvas holds them. */
export async function previewPixels(page) {
  await exactPreview(page);
  return page.locator('.stage-canvas').evaluate(async (canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const digest = await crypto.subtle.digest('SHA-256', data);
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return { width: canvas.width, height: canvas.height, sha256: hex };
  });
}

/** The same of a downloaded PNG. */
export function pngPixels(bytes) {
  const { width, height, data } = PNG.sync.read(bytes);
  return { width, height, sha256: createHash('sha256').update(data).digest('hex') };
}

export async function download(page, action) {
  const [started] = await Promise.all([page.waitForEvent('download'), action()]);
  return { name: started.suggestedFilename(), bytes: fs.readFileSync(await started.path()) };
}

/** Drags from one point of the picture to another, both in canvas pixels of the document. */
export async function dragOnPicture(page, from, to) {
  const box = await page.locator('.overlay').boundingBox();
  const [, , width, height] = (await page.locator('.overlay').getAttribute('viewBox')).split(' ').map(Number);
  const at = ([x, y]) => [box.x + (x / width) * box.width, box.y + (y / height) * box.height];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  const steps = 4;
  for (let i = 1; i <= steps; i++) {
    await page.mouse.move(...at([from[0] + ((to[0] - from[0]) * i) / steps, from[1] + ((to[1] - from[1]) * i) / steps]));
  }
  await page.mouse.up();
}

export const clickOnPicture = (page, at) => dragOnPicture(page, at, at);
