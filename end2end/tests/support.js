import { expect, test } from '@playwright/test';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { unzipSync } from 'fflate';
import { PNG } from 'pngjs';

/** Files that the project draws itself, written by `./test` before. */
export const files = process.env.VITRINE_TEST_FILES;

export const file = (name) => `${files}/${name}`;

/** Marks a test of what does not depend on the window: it runs in one of them. */
export const anyWindow = { tag: '@any-window' };

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
export async function alive(page) {
  await page.locator('html[data-alive]').waitFor({ state: 'attached', timeout: 30_000 });
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

/** Opens the link that came to the address. */
export async function confirm(page, email) {
  await page.goto('/dev/outbox');
  const mail = page.locator('.mail').filter({ hasText: email }).filter({ hasText: 'Confirm your e-mail address' });
  const link = new URL(await mail.first().locator('a').first().textContent());
  await page.goto(link.pathname + link.search);
  await alive(page);
  await page.getByRole('button', { name: 'Confirm' }).click();
  // The sentence before the press has the same words.
  await expect(page.getByText('Your address is confirmed.', { exact: true })).toBeVisible();
}

/** Waits for the worker's exact picture of the present document. */
export async function exactPreview(page) {
  await expect(page.locator('.editor:not([inert])')).toBeVisible({ timeout: 30_000 });
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

/** Where a point of the document, in canvas pixels, is on the screen. */
export async function onScreen(page, [x, y]) {
  const overlay = page.locator('.overlay');
  const box = await overlay.boundingBox();
  const [zoom, left, top] = await overlay.evaluate(({ dataset }) => [dataset.zoom, dataset.x, dataset.y].map(Number));
  return [box.x + left + x * zoom, box.y + top + y * zoom];
}

/** Drags from one point of the picture over others, all in canvas pixels of the document. */
export async function dragOnPicture(page, from, ...way) {
  await page.mouse.move(...(await onScreen(page, from)));
  await page.mouse.down();
  let last = from;
  for (const to of way) {
    const steps = 4;
    for (let i = 1; i <= steps; i++) {
      const part = (at) => last[at] + ((to[at] - last[at]) * i) / steps;
      await page.mouse.move(...(await onScreen(page, [part(0), part(1)])));
    }
    last = to;
  }
  await page.mouse.up();
}

export const clickOnPicture = (page, at) => dragOnPicture(page, at, at);

/** Gives the server a file as a page does. */
async function upload(page, path, name) {
  const { baseURL } = test.info().project.use;
  const headers = { origin: baseURL, 'x-file-name': name };
  const answer = await page.request.post(path, { headers, data: fs.readFileSync(file(name)) });
  expect(answer.status(), await answer.text()).toBe(201);
  return answer.json();
}

let workspace;

/** Enters a workspace with one design. The tests of a worker share it: signing up is throttled. */
export async function enter(page) {
  if (workspace) {
    await page.context().addCookies(workspace);
    return;
  }
  await signUp(page, 'Editor');
  await upload(page, '/files/designs', 'orbit.png');
  workspace = await page.context().cookies();
}

/** A template over a photo, its editor open, in that workspace. */
export async function openEditor(page, photo = 'tote-bag.jpg') {
  await enter(page);
  await makeTemplate(page, photo);
}

/** Begins a template by a file, a photo or a .vitrine, past the page of templates, and opens it. */
export async function makeTemplate(page, name) {
  const { id } = await upload(page, '/files/templates', name);
  await page.goto(`/templates/${id}`);
  await exactPreview(page);
}

/** The same as a person does it. */
export async function dropTemplate(page, name) {
  await page.goto('/templates');
  await alive(page);
  await page.locator('input[type=file]').setInputFiles(file(name));
  await exactPreview(page);
}

export const tool = (page, name) => page.getByRole('toolbar').getByRole('button', { name, exact: true }).click();

/** Brings up a part of the panel where it is a sheet, as on a phone; or, without a name, the tools again. */
export async function sheet(page, name) {
  const tabs = page.locator('.sheet-tabs');
  if (!(await tabs.isVisible())) return;
  const open = tabs.locator('[aria-pressed=true]');
  const wanted = name === null ? open : tabs.getByRole('button', { name });
  if (name === null ? (await open.count()) > 0 : (await wanted.getAttribute('aria-pressed')) === 'false') await wanted.click();
}

/** Sets a slider of the panel or of a tool's options. */
export const slide = (page, name, value) => page.getByRole('slider', { name }).fill(String(value));

/** The editor stands and takes what a hand does, though its picture may not be drawn yet. */
export async function editorOpen(page) {
  await expect(page.locator('.editor:not([inert])')).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.stage-canvas')).toHaveAttribute('data-state', /./, { timeout: 30_000 });
}

export async function saved(page) {
  await expect(page.locator('.save-state')).toContainText('Saved');
}

/** The document as the server has it. */
export async function documentOf(page) {
  await saved(page);
  const id = new URL(page.url()).pathname.split('/').pop();
  const file = await page.request.get(`/files/templates/${id}/file`);
  return JSON.parse(Buffer.from(unzipSync(new Uint8Array(await file.body()))['template.json']).toString());
}

/** The mask of the document's placement. */
export const maskOf = async (page) => (await documentOf(page)).layers.find((layer) => layer.content.type === 'placement').mask;

export const placementOf = async (page) => (await documentOf(page)).layers.find((layer) => layer.content.type === 'placement').content;

/** The colour that the preview shows at a point of the document. */
export async function colorAt(page, [x, y]) {
  await exactPreview(page);
  const overlay = page.locator('.sheet');
  const size = await overlay.evaluate((sheet) => [parseFloat(sheet.style.inlineSize), parseFloat(sheet.style.blockSize)]);
  return page.locator('.stage-canvas').evaluate((canvas, { x, y, size }) => {
    const at = [Math.floor((x / size[0]) * canvas.width), Math.floor((y / size[1]) * canvas.height)];
    return [...canvas.getContext('2d').getImageData(...at, 1, 1).data];
  }, { x, y, size });
}
