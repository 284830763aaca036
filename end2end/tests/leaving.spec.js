// Work that is left at any moment: by a link, by the side menu, by a reload, with answers that are lost, with two tabs.

import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import {
  anyWindow, clickOnPicture, documentOf, dragOnPicture, editorOpen, alive, exactPreview, onScreen, openEditor, saved, signUp, tool, watch,
} from './support.js';

const nameField = (page) => page.getByLabel('Name of the template');

/** A change that is done within one task of the page, as a click on a slider's rail is. */
const setOpacity = (page, value) =>
  page.evaluate((value) => {
    const slider = document.querySelector('input[type=range][aria-label^="Opacity"]') ?? [...document.querySelectorAll('input[type=range]')].at(-1);
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, String(value));
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    slider.dispatchEvent(new Event('change', { bubbles: true }));
  }, value);

const opacityOf = (document) => Math.round((document.layers.find((layer) => layer.content.type === 'placement').opacity ?? 1) * 100);

/** The file as the server has it, without a page. */
async function onServer(page, id) {
  const file = await page.request.get(`/files/templates/${id}/file`);
  return JSON.parse(Buffer.from(unzipSync(new Uint8Array(await file.body()))['template.json']).toString());
}

/** No save arrives, not even the last word of a page that is being left, which Playwright's routes do not see. */
async function unreachable(page) {
  await page.route('**/rpc/templates/save', (route) => route.abort());
  await page.evaluate(() => {
    const { fetch } = window;
    window.fetch = (address, options) => (options?.keepalive ? new Promise(() => {}) : fetch(address, options));
  });
}

const idOf = (page) => new URL(page.url()).pathname.split('/')[2];

test('leaving by Render at every 10 ms after a change orders the new document', anyWindow, async ({ page }) => {
  test.setTimeout(300_000);
  const complaints = watch(page);
  await openEditor(page);
  const [id, editor] = [idOf(page), page.url()];
  for (let delay = 0; delay <= 120; delay += 10) {
    const opacity = 90 - delay / 10;
    await setOpacity(page, opacity);
    await page.waitForTimeout(delay);
    await page.getByRole('link', { name: 'Render', exact: true }).click();
    await page.getByRole('checkbox').first().check();
    // A small picture: that it is made in the end is for others to see.
    await page.getByText('as the preview').click();
    await page.getByLabel('PNG').check();
    await page.getByRole('button', { name: 'Render 1 picture' }).click();
    await expect(page).toHaveURL(/\/renders\//);
    expect(opacityOf(await onServer(page, id)), `after ${delay} ms`).toBe(opacity);
    await page.goBack();
    await page.goBack();
    await expect(page).toHaveURL(editor);
    await editorOpen(page);
  }
  expect(complaints).toEqual([]);
});

test('leaving by the side menu at every 10 ms after a change loses nothing', anyWindow, async ({ page }) => {
  test.setTimeout(300_000);
  const complaints = watch(page);
  await openEditor(page);
  for (let delay = 0; delay <= 120; delay += 10) {
    const opacity = 90 - delay / 10;
    await setOpacity(page, opacity);
    await page.waitForTimeout(delay);
    await page.getByRole('navigation').getByRole('link', { name: 'Templates' }).click();
    await expect(page.locator('.cards')).toBeVisible();
    await page.locator('.cards h2 a').first().click();
    await exactPreview(page);
    expect(opacityOf(await documentOf(page)), `after ${delay} ms`).toBe(opacity);
    await expect(page.getByText('were brought back')).toHaveCount(0);
  }
  expect(complaints).toEqual([]);
});

for (const reachable of [true, false]) {
  test(`a reload at every 10 ms after a change loses nothing, the server ${reachable ? 'there' : 'away'}`, anyWindow, async ({ page }) => {
    test.setTimeout(300_000);
    const complaints = watch(page);
    await openEditor(page);
    for (let delay = 0; delay <= 100; delay += 10) {
      if (!reachable) await unreachable(page);
      const opacity = 90 - delay / 10;
      await setOpacity(page, opacity);
      await page.waitForTimeout(delay);
      await page.reload();
      await exactPreview(page);
      await page.unroute('**/rpc/templates/save');
      await expect.poll(async () => opacityOf(await documentOf(page)), `after ${delay} ms`).toBe(opacity);
    }
    expect(complaints).toEqual([]);
  });
}

test('a change is still drawn half a second later when the page is long gone, and nothing complains', anyWindow, async ({ page }) => {
  const complaints = watch(page);
  await openEditor(page);
  for (const delay of [0, 40, 80, 120, 200, 400, 600]) {
    await setOpacity(page, 50 + delay / 40);
    await page.waitForTimeout(delay);
    await page.getByRole('navigation').getByRole('link', { name: 'Templates' }).click();
    await expect(page.locator('.cards')).toBeVisible();
    await page.waitForTimeout(900);
    await page.locator('.cards h2 a').first().click();
    await exactPreview(page);
  }
  expect(complaints).toEqual([]);
});

test('what cannot be saved cannot be ordered, until it is', anyWindow, async ({ page }) => {
  await openEditor(page);
  let tries = 0;
  await page.route('**/rpc/templates/save', (route) => (tries++, route.abort()));
  await nameField(page).fill('Unsaved');
  await page.keyboard.press('Tab');
  await page.getByRole('link', { name: 'Render', exact: true }).click();
  await expect(page.getByText('not saved yet, so it cannot be rendered')).toBeVisible();
  const before = tries;
  await page.waitForTimeout(4000);
  expect(tries - before).toBeLessThan(4);
  await page.unroute('**/rpc/templates/save');
  await expect(page.getByRole('button', { name: 'Choose designs' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Unsaved' })).toBeVisible();
});

test('a save whose answer is lost is no conflict, neither repeated nor followed by another', anyWindow, async ({ page }) => {
  await openEditor(page);
  let lost = 0;
  await page.route('**/rpc/templates/save', async (route) => {
    await route.fetch();
    lost += 1;
    await route.abort();
  });
  await nameField(page).fill('First');
  await page.keyboard.press('Tab');
  await expect.poll(() => lost).toBeGreaterThan(0);
  await nameField(page).fill('Second');
  await page.keyboard.press('Tab');
  await expect.poll(() => lost).toBeGreaterThan(1);
  await page.unroute('**/rpc/templates/save');
  await saved(page);
  await expect(page.getByText('has saved this template meanwhile')).toHaveCount(0);
  expect((await documentOf(page)).name).toBe('Second');
});

test('two tabs have drafts of their own, and an idle one follows', anyWindow, async ({ page, context }) => {
  await openEditor(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await exactPreview(other);
  await nameField(other).fill('Followed');
  await other.keyboard.press('Tab');
  await saved(other);
  await expect(nameField(page)).toHaveValue('Followed');
  // Both change it while nothing reaches the server; each finds its own after a reload.
  for (const tab of [page, other]) await unreachable(tab);
  await nameField(page).fill('Mine');
  await page.keyboard.press('Tab');
  await nameField(other).fill('Theirs');
  await other.keyboard.press('Tab');
  await expect(page.locator('.save-state')).toContainText('Not saved yet');
  await expect(other.locator('.save-state')).toContainText('Not saved yet');
  for (const [tab, name] of [[page, 'Mine'], [other, 'Theirs']]) {
    await tab.reload();
    await expect(nameField(tab)).toHaveValue(name);
    await unreachable(tab);
  }
  // One of them is saved: the other has a conflict to decide on, also in the tab that takes over from it.
  await page.unroute('**/rpc/templates/save');
  await saved(page);
  await other.close();
  const third = await context.newPage();
  await third.goto(page.url());
  await expect(nameField(third)).toHaveValue('Theirs');
  await expect(third.getByText('has saved this template meanwhile')).toBeVisible();
  await expect(nameField(page)).toHaveValue('Mine');
});

test('Ctrl+Z in the middle of a drag drops the drag and nothing else', anyWindow, async ({ page }) => {
  await openEditor(page);
  await nameField(page).fill('Kept');
  await page.keyboard.press('Tab');
  await page.locator('.overlay').focus();
  const before = await documentOf(page);
  await page.mouse.move(...(await onScreen(page, [1200, 900])));
  await page.mouse.down();
  await page.mouse.move(...(await onScreen(page, [1300, 1000])), { steps: 4 });
  await page.keyboard.press('Control+z');
  await page.mouse.move(...(await onScreen(page, [1350, 1050])), { steps: 4 });
  await page.mouse.up();
  await exactPreview(page);
  expect(await documentOf(page)).toEqual(before);
  await expect(nameField(page)).toHaveValue('Kept');
});

test('a half-drawn path waits while another tool is in hand', anyWindow, async ({ page }) => {
  await openEditor(page);
  await tool(page, 'Pen');
  await clickOnPicture(page, [800, 700]);
  await clickOnPicture(page, [1600, 700]);
  await tool(page, 'Move and scale');
  await dragOnPicture(page, [1200, 900], [1250, 950]);
  await tool(page, 'Pen');
  await clickOnPicture(page, [1200, 1300]);
  await page.locator('.overlay').press('Enter');
  const { layers } = await documentOf(page);
  expect(layers.find((layer) => layer.content.type === 'placement').mask.shapes[0].outline).toHaveLength(3);
});

test('the demonstration set asked for by a double click comes once', anyWindow, async ({ page }) => {
  await signUp(page, 'Twice');
  await page.getByRole('button', { name: 'Add the demonstration set' }).dblclick();
  await expect(page.getByText('12 templates')).toBeVisible({ timeout: 90_000 });
  await page.waitForTimeout(1500);
  await page.reload();
  await alive(page);
  await expect(page.getByText('4 designs')).toBeVisible();
  await expect(page.getByText('12 templates')).toBeVisible();
});
