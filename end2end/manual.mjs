// Takes the pictures of the merchant's manual: node manual.mjs <address> <folder>.
//
// Signs up at a running server, takes the demonstration set, and uses each tool as the manual says.

import { chromium } from '@playwright/test';
import { withDemonstrationSet } from './workspace.mjs';

const [address = 'http://localhost:3000', folder = '../docs/editor'] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({ baseURL: address, viewport: { width: 1200, height: 760 } });
const page = await context.newPage();
await withDemonstrationSet(page, 'Blue Heron');

const settled = async () => {
  await page.locator('.stage-canvas[data-state=exact]').waitFor({ state: 'attached', timeout: 60_000 });
  await page.waitForFunction(() => !document.querySelector('.stage-busy'));
};
async function picture(file) {
  await settled();
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${folder}/${file}.jpg`, type: 'jpeg', quality: 78 });
  console.log(file);
}
async function open(template, design) {
  await page.goto('/templates');
  await page.getByRole('link', { name: template, exact: true }).first().click();
  await settled();
  if (design) await page.getByTitle(design, { exact: true }).click();
  await settled();
}
const tool = (name) => page.getByRole('toolbar').getByRole('button', { name, exact: true }).click();
async function onScreen([x, y]) {
  const overlay = page.locator('.overlay');
  const box = await overlay.boundingBox();
  const [zoom, left, top] = await overlay.evaluate(({ dataset }) => [dataset.zoom, dataset.x, dataset.y].map(Number));
  return [box.x + left + x * zoom, box.y + top + y * zoom];
}
async function drag(from, ...way) {
  await page.mouse.move(...(await onScreen(from)));
  await page.mouse.down();
  for (const to of way) await page.mouse.move(...(await onScreen(to)), { steps: 6 });
  await page.mouse.up();
}
const click = (at) => drag(at, at);

await open('Ceramic mug', 'Mountain lake');
await picture('overview');
await tool('Cylinder');
await picture('cylinder');
await open('Framed print', 'Sunset bands');
await picture('move');
await tool('Perspective');
await picture('perspective');
await open('Pillow', 'Orbit');
await tool('Warp');
await picture('warp');
await open('T-shirt in colours', 'Fern');
await page.getByRole('group', { name: 'Product colours' }).getByRole('button', { name: 'Navy' }).click();
await picture('colours');
await page.keyboard.press('Shift+H');
await picture('history');
await page.keyboard.press('Escape');

// The photo itself.
await open('Greeting card', 'Mountain lake');
await tool('Crop and straighten');
const straighten = page.getByRole('group', { name: 'Straighten °' }).getByRole('spinbutton');
await straighten.fill('-4');
await straighten.press('Tab');
await picture('crop');
await page.keyboard.press('Escape');
await tool('Move and scale');
await page.keyboard.press('Control+k');
await page.getByRole('combobox', { name: 'What do you want' }).fill('add curves');
await page.keyboard.press('Enter');
const curves = page.getByRole('group', { name: 'Curves' });
await curves.scrollIntoViewIfNeeded();
const { x, y, width } = await curves.boundingBox();
await page.mouse.click(x + width * 0.3, y + width * 0.78);
await page.mouse.click(x + width * 0.7, y + width * 0.22);
await picture('curves');

// Masks, on a copy of the bag without one.
await open('Tote bag', 'Orbit');
await page.keyboard.press('Control+k');
await page.getByRole('combobox', { name: 'What do you want' }).fill('remove mask');
await page.keyboard.press('Enter');
await tool('Find object');
await drag([650, 120], [1750, 1850]);
await page.locator('.line-mask[d^=M]').waitFor({ state: 'attached' });
await picture('object');
await page.getByRole('group', { name: 'Show mask' }).getByRole('button', { name: 'Red' }).click();
await picture('mask');
await page.getByRole('group', { name: 'Show mask' }).getByRole('button', { name: 'Off' }).click();
await page.keyboard.press('Control+z');
await tool('Pen');
await click([800, 800]);
await drag([1600, 800], [1650, 1000]);
await drag([1500, 1600], [1300, 1750]);
await page.mouse.move(...(await onScreen([900, 1650])));
await picture('pen');
await page.keyboard.press('Enter');
await page.keyboard.press('Control+z');
await tool('Polygon');
for (const at of [[820, 820], [1580, 820], [1640, 1300], [1200, 1700]]) await click(at);
await page.mouse.move(...(await onScreen([780, 1300])));
await picture('polygon');
await page.keyboard.press('Enter');
await page.keyboard.press('Control+z');
await tool('Lasso');
const around = (turn) => [1200 + 380 * Math.cos(turn), 1250 + (330 + 60 * Math.sin(3 * turn)) * Math.sin(turn)];
await page.mouse.move(...(await onScreen(around(0))));
await page.mouse.down();
for (let turn = 0; turn < 5; turn += 0.25) await page.mouse.move(...(await onScreen(around(turn))));
await picture('lasso');
await page.mouse.up();
await page.keyboard.press('Control+z');
await tool('Ellipse');
await drag([850, 850], [1550, 1550]);
await picture('shapes');
await tool('Brush');
await drag([1500, 1200], [1650, 1300], [1600, 1500]);
await picture('brush');
await tool('Eraser');
await drag([900, 1000], [1100, 1150], [1000, 1350]);
await picture('eraser');
await page.keyboard.press('Control+z');
await tool('Magic wand');
await page.keyboard.press('Control+z');
await page.keyboard.press('Control+z');
await click([900, 1600]);
await page.locator('.line-mask[d^=M]').waitFor({ state: 'attached' });
await picture('wand');
await page.keyboard.press('Control+z');
await tool('Magnetic lasso');
await click([718, 900]);
for (const at of [[718, 1700], [1600, 1788]]) {
  await page.mouse.move(...(await onScreen(at)));
  await page.waitForFunction(() => (document.querySelector('.line-draft').getAttribute('d') ?? '').split('L').length > 2);
  await page.waitForTimeout(300);
  await click(at);
}
await picture('magnetic');
await page.keyboard.press('Escape');
await page.keyboard.press('?');
await picture('keys');
await page.keyboard.press('Escape');

const phone = await browser.newContext({ ...{ baseURL: address, viewport: { width: 390, height: 844 }, hasTouch: true }, storageState: await context.storageState() });
const small = await phone.newPage();
await small.goto(page.url());
await small.locator('.stage-canvas[data-state=exact]').waitFor({ state: 'attached', timeout: 60_000 });
await small.locator('.sheet-tabs').getByRole('button', { name: 'Layers' }).click();
await small.waitForTimeout(600);
await small.screenshot({ path: `${folder}/phone.jpg`, type: 'jpeg', quality: 78 });
await browser.close();
