// The whole path: from signing up to downloaded high-resolution mockups.

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { alive, anyWindow, clickOnPicture, confirm, download, dragOnPicture, exactPreview, file, pngPixels, previewPixels, saved, sheet, signUp, slide, tool, watch } from './support.js';

async function accessible(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

test('from sign-up to downloaded mockups', async ({ page }) => {
  const complaints = watch(page);
  await page.goto('/login');
  await accessible(page);
  await signUp(page, 'Blue Heron');
  await accessible(page);

  // Designs, several at once.
  await page.getByRole('link', { name: 'Designs', exact: true }).click();
  await expect(page.getByText('No designs yet')).toBeVisible();
  const chooser = page.locator('input[type=file]');
  await chooser.setInputFiles([file('fern.png'), file('orbit.png'), file('mountain-lake.png')]);
  await expect(page.locator('.tile')).toHaveCount(3, { timeout: 60_000 });
  await expect(page.locator('.upload .good')).toHaveCount(3);
  await accessible(page);

  // A template from a product photo.
  await page.getByRole('link', { name: 'Templates', exact: true }).click();
  await page.locator('input[type=file]').setInputFiles(file('tote-bag.jpg'));
  await expect(page.locator('.overlay')).toBeVisible({ timeout: 60_000 });
  await exactPreview(page);
  const untouched = await previewPixels(page);
  await accessible(page);

  // The design area, by its corners. They begin two fifths around the middle of the 2400 x 2000 photo.
  await tool(page, 'Perspective');
  for (const [from, to] of [
    [[720, 600], [880, 900]],
    [[1680, 600], [1520, 900]],
    [[1680, 1400], [1512, 1610]],
    [[720, 1400], [888, 1610]],
  ]) {
    await dragOnPicture(page, from, to);
  }
  const corner = page.getByRole('button', { name: /^Top left corner/ });
  await expect(corner).toHaveAccessibleName(/x 8[78]\d, y (89|90)\d/);
  await corner.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await saved(page);

  // A fold is refused and loses nothing.
  const before = await corner.getAttribute('aria-label');
  await dragOnPicture(page, [1520, 900], [600, 1900]);
  await expect(page.locator('.stage-note').first()).toContainText('would fold over each other');
  expect(await corner.getAttribute('aria-label')).toBe(before);

  // A mask: two points are too few, four make one; then one is moved.
  await tool(page, 'Polygon');
  await clickOnPicture(page, [800, 800]);
  await clickOnPicture(page, [1600, 800]);
  await page.locator('.overlay').press('Enter');
  await expect(page.locator('.stage-note').first()).toContainText('at least three points');
  await clickOnPicture(page, [1620, 1700]);
  await clickOnPicture(page, [780, 1700]);
  await page.locator('.overlay').press('Enter');
  await expect(page.getByRole('button', { name: /^Mask 1 point/ })).toHaveCount(4);
  await dragOnPicture(page, [780, 1700], [1200, 1300]);

  await sheet(page, 'Layers');
  await page.getByLabel('Blend mode').selectOption('multiply');
  await slide(page, 'Opacity %', 90);
  await sheet(page, 'Settings');
  await page.getByRole('button', { name: 'Repeat' }).click();
  await slide(page, 'Size %', 60);
  await slide(page, 'Turned °', 12);
  await slide(page, 'Edge outwards px', -8);
  await saved(page);
  const preview = await previewPixels(page);
  expect(preview.sha256).not.toBe(untouched.sha256);
  expect(preview).toMatchObject({ width: 1200, height: 1000 });

  // Nothing is lost by a reload.
  await page.reload();
  expect(await previewPixels(page)).toEqual(preview);
  await sheet(page, 'Layers');
  await expect(page.getByLabel('Blend mode')).toHaveValue('multiply');
  await sheet(page, 'Settings');
  await expect(page.getByRole('slider', { name: 'Turned °' })).toHaveValue('12');

  // Which design the preview shows: the first of the list.
  const shown = await page.locator('.swatch[aria-pressed=true]').getAttribute('title');

  // Renders at the preview's size as PNG equal the preview byte for byte.
  await page.getByRole('link', { name: 'Render', exact: true }).click();
  await page.getByRole('button', { name: 'Choose all 3' }).click();
  await page.getByLabel('1200 × 1000 px').check();
  await page.getByLabel('PNG').check();
  await accessible(page);
  await page.getByRole('button', { name: 'Render 3 pictures' }).click();
  await expect(page.locator('[data-state=done]')).toHaveCount(3, { timeout: 60_000 });
  await expect(page.getByText('Done', { exact: true })).toBeVisible();
  const png = await download(page, () => page.getByRole('link', { name: `Download ${shown}` }).click());
  expect(png.name).toBe(`${shown} on tote-bag.png`);
  expect(pngPixels(png.bytes)).toEqual(preview);
  await accessible(page);

  // All as JPEG in full size, one opened, all downloaded.
  await page.getByRole('link', { name: 'Templates', exact: true }).click();
  await page.getByRole('link', { name: 'Render', exact: true }).click();
  await page.getByRole('button', { name: 'Choose all 3' }).click();
  await page.getByRole('button', { name: 'Render 3 pictures' }).click();
  await expect(page.locator('[data-state=done]')).toHaveCount(3, { timeout: 60_000 });
  const jpeg = await download(page, () => page.getByRole('link', { name: 'Download fern' }).click());
  expect(jpeg.bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  const opened = await page.getByRole('img', { name: 'fern on tote-bag' }).evaluate((img) => img.decode().then(() => img.naturalWidth));
  expect(opened).toBeGreaterThan(100);
  const zip = await download(page, () => page.getByRole('link', { name: 'Download all' }).click());
  const entries = unzipSync(new Uint8Array(zip.bytes));
  expect(Object.keys(entries).sort()).toEqual(['fern on tote-bag.jpg', 'mountain-lake on tote-bag.jpg', 'orbit on tote-bag.jpg']);
  expect(Buffer.from(entries['fern on tote-bag.jpg'])).toEqual(jpeg.bytes);

  expect(complaints).toEqual([]);
});

test('files that are no pictures are refused in words and the rest goes on', anyWindow, async ({ page }) => {
  const complaints = watch(page);
  await signUp(page, 'Careful');
  await page.getByRole('link', { name: 'Designs', exact: true }).click();
  await expect(page.getByText('No designs yet')).toBeVisible();
  const lines = page.locator('.upload');
  await page.locator('input[type=file]').setInputFiles([
    { name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) },
    { name: 'setup.png', mimeType: 'image/png', buffer: Buffer.from('MZ this is a program') },
    { name: 'orbit.png', mimeType: 'image/png', buffer: readFileSync(file('orbit.png')) },
  ]);
  await expect(lines.nth(0)).toContainText('The file is empty');
  await expect(lines.nth(1)).toContainText('not a PNG, JPEG or WebP');
  await expect(lines.nth(2)).toContainText('Added');
  await expect(page.locator('.tile')).toHaveCount(1);

  // Dropped and pasted files arrive the same way.
  const bytes = readFileSync(file('fern.png')).toString('base64');
  const dropped = await page.evaluateHandle((data) => {
    const transfer = new DataTransfer();
    const raw = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    transfer.items.add(new File([raw], 'dropped.png', { type: 'image/png' }));
    return transfer;
  }, bytes);
  await page.dispatchEvent('.dropzone', 'drop', { dataTransfer: dropped });
  await expect(page.locator('.tile')).toHaveCount(2, { timeout: 30_000 });
  await page.evaluate((data) => {
    const transfer = new DataTransfer();
    const raw = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    transfer.items.add(new File([raw], 'pasted.png', { type: 'image/png' }));
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }));
  }, bytes);
  await expect(page.locator('.tile')).toHaveCount(3, { timeout: 30_000 });

  // Into the trash and back.
  await page.getByRole('button', { name: 'Move pasted to the trash' }).click();
  await expect(page.locator('.tile')).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.tile')).toHaveCount(3);
  expect(complaints).toEqual([]);
});

test('the demonstration set arrives by itself and can be rendered', anyWindow, async ({ page }) => {
  const complaints = watch(page);
  await signUp(page, 'Curious');
  await page.getByRole('button', { name: 'Add the demonstration set' }).click();
  await expect(page.getByText('4 designs')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('12 templates')).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText('Just looking around?')).toBeHidden();
  await page.getByRole('link', { name: 'Make a template' }).click();
  await page.getByRole('link', { name: 'Framed print', exact: true }).click();
  await exactPreview(page);
  expect(complaints).toEqual([]);
});

test('a taken address is said at its field and the rest of the form stays', anyWindow, async ({ page }) => {
  const { subdomain } = await signUp(page, 'First');
  await page.context().clearCookies();
  await page.goto('/signup');
  await alive(page);
  await page.getByLabel('Workspace name').fill('Second');
  await page.getByLabel('Address').fill(subdomain);
  await page.getByLabel('E-mail').fill('second@example.com');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByText('This address is taken')).toBeVisible();
  await expect(page.getByLabel('Workspace name')).toHaveValue('Second');
});

test('what is typed before the page is alive stays', anyWindow, async ({ page }) => {
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  await page.route('**/*.wasm*', async (route) => { await held; await route.continue(); });
  await page.goto('/signup', { waitUntil: 'domcontentloaded' });
  await page.getByLabel('Workspace name').fill('Early Bird');
  await page.getByLabel('E-mail').fill('early@example.com');
  go();
  // The address is suggested from the name once the page is alive.
  await expect(page.getByLabel('Address')).toHaveValue('early-bird');
  await expect(page.getByLabel('Workspace name')).toHaveValue('Early Bird');
  await expect(page.getByLabel('E-mail')).toHaveValue('early@example.com');
});

test('a colleague joins by link, sees, and may not change', async ({ page, browser, baseURL }) => {
  const { email } = await signUp(page, 'Team');
  await page.goto('/members');
  await alive(page);
  await page.getByLabel('E-mail').fill('too-early@example.com');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(page.getByText('Confirm your own e-mail address first')).toBeVisible();
  await confirm(page, email);
  await page.goto('/members');
  await alive(page);
  await page.getByLabel('E-mail').fill(`vera-${Date.now()}@example.com`);
  await page.locator('select[name=role]').selectOption('viewer');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const link = new URL(await page.locator('.invite-link').textContent());
  const other = await browser.newContext({ baseURL });
  const guest = await other.newPage();
  await guest.goto(link.pathname);
  await alive(guest);
  await guest.getByLabel('Password').fill('another long password');
  await guest.getByRole('button', { name: 'Join' }).click();
  await expect(guest.getByRole('heading', { name: 'First steps' })).toBeVisible();
  await guest.goto('/designs');
  await alive(guest);
  await expect(guest.getByText('No designs yet')).toBeVisible();
  await expect(guest.getByText('Upload designs')).toHaveCount(0);
  await other.close();
});

test('a tab that shows another workspace changes nothing, says so, and leads on', async ({ page, context }) => {
  const { email } = await signUp(page, 'First');
  await page.goto('/signup');
  await page.getByLabel('Workspace name').fill('Second place');
  await page.getByLabel('Address').fill(`second-${Date.now().toString(36)}`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('heading', { name: 'First steps' })).toBeVisible();
  await page.goto('/designs');
  await alive(page);

  const other = await context.newPage();
  await other.goto('/');
  await alive(other);
  const first = await other.locator('select.workspace option').filter({ hasText: 'First' }).textContent();
  await other.locator('select.workspace').selectOption({ label: first });
  await expect(other.locator('select.workspace')).toHaveValue(/./);
  await expect(page.getByText('This page shows another workspace').first()).toBeVisible();

  await page.locator('input[type=file]').setInputFiles(file('fern.png'));
  await expect(page.locator('.upload-refused')).toContainText('Nothing was changed');
  await page.getByRole('button', { name: 'Open Second place' }).click();
  await expect(page.locator('select.workspace option:checked')).toHaveText('Second place');
  await page.goto('/designs');
  await expect(page.getByText('No designs yet')).toBeVisible();
});
