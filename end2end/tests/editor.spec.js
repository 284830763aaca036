// The editor: each tool's gestures, and what they leave in the document and the picture.

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { PNG } from 'pngjs';
import {
  anyWindow, clickOnPicture, colorAt, documentOf, download, dragOnPicture, dropTemplate, enter, alive, exactPreview, makeTemplate, maskOf, onScreen, openEditor, placementOf, previewPixels, saved, sheet,
  slide, tool, watch,
} from './support.js';

/** The area of a path by its corners and curves' control points. */
const bounds = (outline) => {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].map(Math.round);
};

/** A pointer is as exact as a pixel of the screen, which is several of the photo. */
const expectNear = (numbers, exact) => numbers.forEach((number, i) => expect(Math.abs(number - exact[i]), `${numbers}`).toBeLessThan(8));

async function accessible(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

test('the area is moved, scaled and turned, and everything is taken back', async ({ page }) => {
  const complaints = watch(page);
  await openEditor(page);
  const before = await placementOf(page);
  const untouched = await previewPixels(page);
  // It begins in the middle two fifths of the 2400 x 2000 photo.
  await dragOnPicture(page, [1200, 900], [1300, 1100]);
  await dragOnPicture(page, [1780, 1600], [1540, 1400]);
  const turn = page.getByRole('button', { name: /^Turn,/ });
  const [, x, y] = (await turn.getAttribute('aria-label')).match(/x (\d+), y (\d+)/).map(Number);
  await page.keyboard.down('Shift');
  await dragOnPicture(page, [x, y], [x + 250, y + 40]);
  await page.keyboard.up('Shift');
  const [a, b] = (await placementOf(page)).quad;
  const angle = (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI;
  expect(Math.abs(angle / 15 - Math.round(angle / 15))).toBeLessThan(1e-6);
  expect(angle).toBeGreaterThan(10);
  // The picture has changed where the design was.
  expect((await previewPixels(page)).sha256).not.toBe(untouched.sha256);
  for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z');
  expect(await placementOf(page)).toEqual(before);
  expect(await previewPixels(page)).toEqual(untouched);
  await page.keyboard.press('Shift+H');
  const steps = page.locator('.history-step');
  await expect(steps).toHaveText(['Opened', 'Move area', 'Scale area', 'Turn area']);
  await steps.nth(2).click();
  await page.keyboard.press('Escape');
  expect((await placementOf(page)).quad).not.toEqual(before.quad);
  expect(complaints).toEqual([]);
});

test('a design is bent around a cylinder and by a mesh', async ({ page }) => {
  await openEditor(page);
  await tool(page, 'Cylinder');
  await dragOnPicture(page, [1200, 600], [1440, 610]);
  await dragOnPicture(page, [1200, 1400], [1200, 1480]);
  expectNear(Object.values((await placementOf(page)).cylinder), [90, 10]);
  await page.getByRole('group', { name: 'Tool options' }).getByRole('button', { name: 'Lay flat' }).click();
  await tool(page, 'Warp');
  await expect(page.getByRole('button', { name: /^Mesh point/ })).toHaveCount(16);
  await dragOnPicture(page, [720, 600], [700, 500]);
  await page.getByRole('button', { name: 'Double the columns' }).click();
  const { mesh, cylinder } = await placementOf(page);
  expect(cylinder).toBeUndefined();
  expect([mesh.columns, mesh.rows, mesh.points.length]).toEqual([2, 1, 28]);
  expect(mesh.points[0][1]).toBeCloseTo(-0.125, 1);
  // Keys move the selected point.
  const point = page.getByRole('button', { name: /^Mesh point 1,/ });
  await point.focus();
  await page.keyboard.press('Shift+ArrowDown');
  expect((await placementOf(page)).mesh.points[0][1]).toBeGreaterThan(mesh.points[0][1]);
});

test('paths are drawn, bent, joined and edited', async ({ page }) => {
  const complaints = watch(page);
  await openEditor(page);
  // The pen: a corner, a curve, a corner.
  await tool(page, 'Pen');
  await clickOnPicture(page, [800, 700]);
  await dragOnPicture(page, [1600, 700], [1700, 900]);
  await clickOnPicture(page, [1200, 1300]);
  await clickOnPicture(page, [800, 700]);
  let mask = await maskOf(page);
  expect(mask.shapes).toHaveLength(1);
  expect(mask.shapes[0].outline[1]).toHaveLength(6);
  // A point is added on an edge, made round by Alt, and deleted.
  await dragOnPicture(page, [1000, 1000], [950, 1050]);
  expect((await maskOf(page)).shapes[0].outline).toHaveLength(4);
  await page.keyboard.press('Delete');
  await page.keyboard.down('Alt');
  await clickOnPicture(page, [1200, 1300]);
  await page.keyboard.up('Alt');
  mask = await maskOf(page);
  expect(mask.shapes[0].outline.map((anchor) => anchor.length)).toEqual([2, 6, 6]);
  // A rectangle is cut out with Alt, an ellipse limits what is left.
  await tool(page, 'Rectangle');
  await page.keyboard.down('Alt');
  await page.mouse.move(...(await onScreen(page, [1100, 750])));
  await page.mouse.down();
  await page.keyboard.up('Alt');
  await page.mouse.move(...(await onScreen(page, [1300, 900])));
  await page.mouse.up();
  await tool(page, 'Ellipse');
  await page.getByRole('button', { name: 'Limit' }).click();
  await dragOnPicture(page, [900, 650], [1650, 1250]);
  mask = await maskOf(page);
  expect(mask.shapes.map((shape) => shape.combine)).toEqual(['add', 'subtract', 'intersect']);
  expectNear(bounds(mask.shapes[1].outline), [1100, 750, 1300, 900]);
  // Inside the cut the design no longer shows: the bag's cloth does.
  const [r, g, b] = await colorAt(page, [1200, 820]);
  expect(Math.min(r, g, b)).toBeGreaterThan(120);
  expect(complaints).toEqual([]);
});

test('a lasso, the brush and the eraser paint a mask that becomes one path', async ({ page }) => {
  await openEditor(page);
  await tool(page, 'Lasso');
  await dragOnPicture(page, [900, 800], [1500, 820], [1450, 1300], [950, 1280], [905, 810]);
  await tool(page, 'Brush');
  await slide(page, 'Brush px', 120);
  await dragOnPicture(page, [1500, 1000], [1700, 1000]);
  await tool(page, 'Eraser');
  await dragOnPicture(page, [1200, 1050], [1220, 1060]);
  const mask = await maskOf(page);
  expect(mask.shapes.map((shape) => [Object.keys(shape)[0], shape.combine])).toEqual([['outline', 'add'], ['stroke', 'add'], ['stroke', 'subtract']]);
  expect(mask.shapes[1].stroke.size).toBe(120);
  const painted = await previewPixels(page);
  await sheet(page, 'Settings');
  await page.getByRole('button', { name: 'Make one path of it' }).click();
  await expect.poll(async () => (await maskOf(page)).shapes.length).toBe(1);
  const path = (await maskOf(page)).shapes[0];
  expect(path.holes).toHaveLength(1);
  expect(bounds(path.outline)[2]).toBeGreaterThan(1740);
  expect((await previewPixels(page)).sha256).not.toBe(painted.sha256);
  // The mask is shown in every way, and goes out as files.
  await sheet(page, null);
  for (const name of ['Red', 'Line', 'Black and white']) {
    await page.getByRole('group', { name: 'Show mask' }).getByRole('button', { name, exact: true }).click();
    await exactPreview(page);
  }
  await expect(page.locator('.line-ants')).toHaveCount(0);
  for (const [name, head] of [['PNG', '\x89PNG'], ['SVG', '<svg']]) {
    await page.locator('.overlay').focus();
    const made = await download(page, async () => {
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('combobox', { name: 'What do you want' })).toBeFocused();
      await page.keyboard.type(`mask as ${name}`);
      await page.keyboard.press('Enter');
    });
    expect(made.bytes.subarray(0, 4).toString('latin1')).toBe(head);
  }
});

test('the wand, the object tool and the magnetic lasso find the bag', async ({ page }) => {
  await openEditor(page);
  await tool(page, 'Find object');
  await dragOnPicture(page, [640, 120], [1760, 1850]);
  await expect.poll(async () => (await maskOf(page))?.shapes.length ?? 0, { timeout: 30_000 }).toBeGreaterThan(0);
  // The bag of the photo is 940 x 1080 px around (1200, 1250), its strap reaches up to the peg.
  const [left, top, right, bottom] = bounds((await maskOf(page)).shapes[0].outline);
  for (const [edge, exact] of [[left, 716], [right, 1684], [bottom, 1790]]) expect(Math.abs(edge - exact)).toBeLessThan(25);
  expect(top).toBeLessThan(350);
  await page.keyboard.press('Control+z');
  expect(await maskOf(page)).toBeUndefined();

  await tool(page, 'Magic wand');
  await slide(page, 'Tolerance', 60);
  await clickOnPicture(page, [200, 300]);
  await expect.poll(async () => (await maskOf(page))?.shapes.length ?? 0, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(bounds((await maskOf(page)).shapes[0].outline)[0]).toBeLessThan(5);
  await page.keyboard.press('Control+z');

  await tool(page, 'Magnetic lasso');
  const waited = async (at) => {
    await page.mouse.move(...(await onScreen(page, at)));
    // The way to the pointer is there once the line ends at it.
    await expect.poll(() => page.locator('.line-draft').getAttribute('d').then((d) => d.split('L').length)).toBeGreaterThan(2);
    await clickOnPicture(page, at);
  };
  await clickOnPicture(page, [718, 900]);
  await waited([718, 1700]);
  await waited([1600, 1788]);
  await waited([1682, 900]);
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await maskOf(page))?.shapes.length ?? 0, { timeout: 30_000 }).toBe(1);
  expect(bounds((await maskOf(page)).shapes[0].outline)[3]).toBeGreaterThan(1760);
});

test('layers are added, named, hidden, grouped, moved and copied to another template', async ({ page }, { project }) => {
  const complaints = watch(page);
  await openEditor(page);
  await sheet(page, 'Layers');
  const names = () => page.getByRole('treeitem').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')));
  await page.locator('.add-menu').getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Add colour' }).click();
  await expect.poll(names).toEqual(['Colour', 'Design', 'Photo']);
  await page.getByRole('treeitem', { name: 'Colour' }).dblclick();
  await page.getByLabel('Name of the layer').fill('Paper');
  await page.keyboard.press('Enter');
  await page.getByLabel('Blend mode').selectOption('multiply');
  await slide(page, 'Opacity %', 40);
  await page.getByRole('treeitem', { name: 'Design' }).click({ modifiers: ['Control'] });
  await page.getByRole('treeitem', { name: 'Design' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Group layers/ }).click();
  await expect.poll(names).toEqual(['Group', 'Paper', 'Design', 'Photo']);
  let { layers } = await documentOf(page);
  expect(layers[1].content.layers.map((layer) => [layer.name, layer.blend])).toEqual([['Design', 'normal'], ['Paper', 'multiply']]);
  if (project.name === 'desktop') {
    await page.getByRole('treeitem', { name: 'Photo' }).scrollIntoViewIfNeeded();
    await page.getByRole('treeitem', { name: 'Paper' }).dragTo(page.getByRole('treeitem', { name: 'Photo' }), { targetPosition: { x: 60, y: 28 } });
    await expect.poll(names).toEqual(['Group', 'Design', 'Photo', 'Paper']);
    await page.keyboard.press('Control+z');
  }
  const shown = await previewPixels(page);
  await page.getByRole('button', { name: 'Show Paper' }).click();
  expect((await previewPixels(page)).sha256).not.toBe(shown.sha256);
  await page.getByRole('button', { name: 'Lock Paper' }).click();
  ({ layers } = await documentOf(page));
  expect(layers[1].content.layers[1]).toMatchObject({ visible: false, locked: true });
  await accessible(page);

  // To another template by the clipboard.
  await page.getByRole('treeitem', { name: 'Paper' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Copy layers/ }).click();
  await makeTemplate(page, 'ceramic-mug.jpg');
  await page.locator('.overlay').click({ button: 'right', position: { x: 60, y: 60 } });
  await page.getByRole('menuitem', { name: /^Paste/ }).click();
  await sheet(page, 'Layers');
  await expect.poll(names).toEqual(['Paper', 'Design', 'Photo']);
  expect(complaints).toEqual([]);
});

test('two tabs that change one template lose nothing', anyWindow, async ({ page, context }) => {
  await openEditor(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await exactPreview(other);
  await other.getByLabel('Name of the template').fill('Theirs');
  await other.keyboard.press('Tab');
  await saved(other);
  await page.getByLabel('Name of the template').fill('Mine');
  await page.keyboard.press('Tab');
  await expect(page.getByText('has saved this template meanwhile')).toBeVisible();
  await page.getByRole('button', { name: 'Take theirs' }).click();
  await expect(page.getByLabel('Name of the template')).toHaveValue('Theirs');
  await page.keyboard.press('Escape');
  await page.locator('.overlay').focus();
  await page.keyboard.press('Control+z');
  await expect(page.getByLabel('Name of the template')).toHaveValue('Mine');
  // Their own next save is now the late one, and theirs is kept among the versions.
  await saved(page);
  await other.getByLabel('Name of the template').fill('Again theirs');
  await other.keyboard.press('Tab');
  await other.getByRole('button', { name: 'Keep mine' }).click();
  await saved(other);
  expect((await documentOf(other)).name).toBe('Again theirs');
  await other.locator('.overlay').focus();
  await other.keyboard.press('Shift+H');
  await other.getByRole('button', { name: 'Bring back' }).last().click();
  await expect(other.getByLabel('Name of the template')).toHaveValue('tote-bag');
});

test('a design that goes to the trash while it is used stays in the picture and can be put back', async ({ page, context }) => {
  await openEditor(page);
  const before = await previewPixels(page);
  await sheet(page, 'Settings');
  const other = await context.newPage();
  await other.goto('/designs');
  await alive(other);
  await other.getByRole('button', { name: /orbit/ }).click();
  await expect(page.getByText('“orbit” is in the trash')).toBeVisible();
  await expect(page.getByText('Add a design to see it')).toBeVisible();
  expect(await previewPixels(page)).toEqual(before);
  await page.getByRole('button', { name: 'Put it back' }).click();
  await expect(page.getByText('“orbit” is in the trash')).toBeHidden();
  await expect(page.getByRole('button', { name: 'orbit', exact: true })).toHaveAttribute('aria-pressed', 'true');
});

test('without its photo the picture is see-through, and whole again with it', async ({ page }) => {
  await openEditor(page);
  const whole = await previewPixels(page);
  await sheet(page, 'Layers');
  const corner = () => page.locator('.stage-canvas').evaluate((canvas) => canvas.getContext('2d').getImageData(3, 3, 1, 1).data[3]);
  const shown = page.getByRole('button', { name: 'Show Photo' });
  await shown.click();
  await expect.poll(corner).toBe(0);
  await exactPreview(page);
  expect(await previewPixels(page)).not.toEqual(whole);
  await shown.click();
  await expect.poll(corner).toBe(255);
  expect(await previewPixels(page)).toEqual(whole);
});

test('where nothing covers there is one ground: checkered on the page, see-through in PNG, white in JPEG', async ({ page }, { project }) => {
  await openEditor(page);
  const whole = await previewPixels(page);
  // A crop beyond the photo, so that a strip on the left shows nothing.
  await tool(page, 'Crop and straighten');
  await dragOnPicture(page, [0, 1000], [-200, 1000]);
  await page.locator('.overlay').press('Enter');
  await exactPreview(page);
  const alpha = (canvas) => page.locator(canvas).evaluate((canvas) => canvas.getContext('2d').getImageData(3, 3, 1, 1).data[3]);
  /** What the person sees there, not what a canvas holds. */
  const seen = async () => {
    const [x, y] = (await onScreen(page, [60, 60])).map(Math.round);
    const { data } = PNG.sync.read(await page.screenshot({ clip: { x, y, width: 16, height: 16 } }));
    return Math.min(...data.filter((_, i) => i % 4 < 3));
  };
  await expect.poll(() => alpha('.stage-canvas')).toBe(0);
  expect(await seen()).toBeGreaterThan(200);
  const strip = await previewPixels(page);
  expect(strip).not.toEqual(whole);
  // Zoomed in, while a hand moves something, and after a reload: the same ground.
  await page.locator('.overlay').focus();
  await page.keyboard.press('1');
  await expect(page.locator('.stage-detail')).toBeVisible();
  await page.keyboard.press('0');
  await tool(page, 'Move and scale');
  await dragOnPicture(page, [1400, 900], [1420, 920]);
  await exactPreview(page);
  expect(await seen()).toBeGreaterThan(200);
  await page.keyboard.press('Control+z');
  expect(await previewPixels(page)).toEqual(strip);
  await saved(page);
  await page.reload();
  expect(await previewPixels(page)).toEqual(strip);
  expect(await seen()).toBeGreaterThan(200);
  if (project.name === 'phone') return;
  for (const [format, pixel] of [['PNG', [0, 0, 0, 0]], ['JPEG', [255, 255, 255, 255]]]) {
    await page.getByRole('link', { name: 'Render', exact: true }).click();
    await page.getByRole('checkbox').first().check();
    await page.getByText('as the preview').click();
    await page.getByLabel(format).check();
    await page.getByRole('button', { name: 'Render 1 picture' }).click();
    await expect(page.locator('[data-state=done]')).toHaveCount(1, { timeout: 60_000 });
    const file = await page.locator('[data-state=done] a[download]').first().getAttribute('href');
    const shown = await page.evaluate(async (address) => {
      const image = await createImageBitmap(await (await fetch(address)).blob());
      const context = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height }).getContext('2d');
      context.drawImage(image, 0, 0);
      return [...context.getImageData(3, 3, 1, 1).data];
    }, file);
    expect(shown, format).toEqual(pixel);
    await page.goBack();
    await page.goBack();
  }
});

test('leaving the editor gives back its workers and its elements', anyWindow, async ({ page }) => {
  await openEditor(page);
  const client = await page.context().newCDPSession(page);
  const left = async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Templates' }).click();
    await expect(page.locator('.cards')).toBeVisible();
    await expect.poll(() => page.workers().length).toBe(0);
    await client.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await client.send('Memory.getDOMCounters');
    return nodes + jsEventListeners;
  };
  const once = await left();
  for (let i = 0; i < 3; i++) {
    await page.locator('.cards h2 a').first().click();
    await exactPreview(page);
    expect(page.workers().length).toBeGreaterThan(0);
    await left();
  }
  // A single editor has over a thousand.
  await expect.poll(left).toBeLessThan(once + 100);
});

test('work without a network survives a reload', anyWindow, async ({ page, context }) => {
  await openEditor(page);
  await context.setOffline(true);
  await tool(page, 'Rectangle');
  await dragOnPicture(page, [900, 800], [1500, 1300]);
  await expect(page.locator('.save-state')).toContainText('Not saved yet');
  await context.setOffline(false);
  // Before the next try the page is gone.
  await page.route('**/rpc/templates/save', (route) => route.abort());
  await page.reload();
  await expect(page.getByText('were brought back')).toBeVisible();
  await expect(page.locator('.save-state')).toContainText('Not saved yet');
  await page.unroute('**/rpc/templates/save');
  expectNear(bounds((await maskOf(page)).shapes[0].outline), [900, 800, 1500, 1300]);
  await page.getByRole('button', { name: 'Drop them' }).click();
  expect(await maskOf(page)).toBeUndefined();
});

test('the view zooms to the pointer, pans, fits, and guides hold what is moved', async ({ page }, { project }) => {
  await openEditor(page);
  const at = await onScreen(page, [1200, 1000]);
  const zoom = () => page.locator('.overlay').evaluate(({ dataset }) => Number(dataset.zoom));
  const fitted = await zoom();
  await page.mouse.move(...at);
  await page.mouse.wheel(0, -400);
  await expect.poll(zoom).toBeGreaterThan(fitted * 1.5);
  const there = await onScreen(page, [1200, 1000]);
  expect(Math.hypot(there[0] - at[0], there[1] - at[1])).toBeLessThan(1);
  await page.keyboard.press('1');
  expect(await zoom()).toBe(1);
  // At its own size the picture is shown in its own pixels.
  await expect(page.locator('.stage-detail')).toBeVisible();
  await page.locator('.overlay').focus();
  await page.keyboard.down('Space');
  await page.mouse.down();
  await page.mouse.move(at[0] + 60, at[1] + 30);
  await page.mouse.up();
  await page.keyboard.up('Space');
  await page.keyboard.press('0');
  expect(await zoom()).toBe(fitted);
  if (project.name === 'phone') return;
  // A guide from the upper ruler's side: pulled out of the left one to x = 500.
  const ruler = await page.getByRole('group', { name: /^Ruler across/ }).boundingBox();
  const [x] = await onScreen(page, [500, 0]);
  await page.mouse.move(x, ruler.y + 8);
  await page.mouse.down();
  await page.mouse.move(x, ruler.y + 100);
  await page.mouse.up();
  const guide = (await documentOf(page)).guides.x[0];
  expect(Math.abs(guide - 500)).toBeLessThan(4);
  await dragOnPicture(page, [1200, 900], [1200 - 215, 900]);
  expect((await placementOf(page)).quad[0][0]).toBeCloseTo(guide, 6);
});

test('everything has a key, a name and a place in the list of commands', async ({ page }) => {
  await openEditor(page);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Magic wand');
  await accessible(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('m');
  await expect(page.locator('.overlay')).toHaveAttribute('data-tool', 'rectangle');
  // A mask without a pointer: Enter makes one, keys choose and move its points.
  await page.locator('.overlay').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('p');
  await page.keyboard.press('.');
  await page.keyboard.press('Shift+ArrowRight');
  expect((await maskOf(page)).shapes[0].outline[0]).toEqual([730, 600]);
  // Or by its numbers.
  await page.getByRole('group', { name: 'Selected point' }).getByLabel('y').fill('640.5');
  await page.keyboard.press('Enter');
  expect((await maskOf(page)).shapes[0].outline[0]).toEqual([730, 640.5]);
  await page.locator('.overlay').focus();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'What do you want' })).toBeFocused();
  await page.keyboard.type('brush larger');
  await expect(page.locator('#command-list').getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('print size warns of a design with too few pixels', async ({ page }) => {
  await openEditor(page);
  await sheet(page, 'Settings');
  await page.getByLabel('Print size').check();
  await slide(page, 'Width mm', 900);
  await slide(page, 'Height mm', 900);
  await slide(page, 'Wanted dpi', 300);
  await expect(page.getByText('it would print blurred')).toBeVisible();
  await slide(page, 'Width mm', 40);
  await slide(page, 'Height mm', 40);
  await expect(page.getByText(/The design has \d+ dpi here/)).toBeVisible();
});

test('fingers pan, pinch and turn the view, and one finger uses the tool', async ({ page }) => {
  await openEditor(page);
  const client = await page.context().newCDPSession(page);
  const touch = (type, ...points) => client.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const view = () => page.locator('.overlay').evaluate(({ dataset }) => [dataset.zoom, dataset.x, dataset.y].map(Number));
  const before = await view();
  const [x, y] = await onScreen(page, [1200, 1000]);
  await touch('touchStart', [x - 40, y]);
  await touch('touchStart', [x - 40, y], [x + 40, y]);
  for (let i = 1; i <= 5; i++) await touch('touchMove', [x - 40 - i * 8, y + i * 4], [x + 40 + i * 8, y + i * 4]);
  await touch('touchEnd');
  const [zoom] = await view();
  expect(zoom / before[0]).toBeCloseTo(2, 1);
  // The first finger had begun to move the area: that is taken back.
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();
  const [mx, my] = await onScreen(page, [1200, 900]);
  await touch('touchStart', [mx, my]);
  for (let i = 1; i <= 5; i++) await touch('touchMove', [mx + i * 5, my + i * 5]);
  await touch('touchEnd');
  const { quad } = await placementOf(page);
  expect(quad[0][0]).toBeGreaterThan(730);
  // A quarter turn, and upright again.
  await touch('touchStart', [mx - 50, my], [mx + 50, my]);
  for (const [dx, dy] of [[45, 22], [35, 35], [15, 48], [0, 50]]) await touch('touchMove', [mx - dx, my - dy], [mx + dx, my + dy]);
  await touch('touchEnd');
  await expect(page.locator('.sheet')).toHaveAttribute('style', /rotate\(90/);
  await page.locator('.overlay').focus();
  await page.keyboard.press('Shift+U');
  await expect(page.locator('.sheet')).toHaveAttribute('style', /rotate\(0deg/);
});

test('a photo is cropped and straightened, and comes back whole', async ({ page }) => {
  await openEditor(page);
  const untouched = await previewPixels(page);
  await tool(page, 'Crop and straighten');
  await dragOnPicture(page, [0, 1000], [400, 1000]);
  await dragOnPicture(page, [2400, 1000], [2000, 1000]);
  await page.getByRole('group', { name: 'Tool options' }).getByRole('button', { name: 'Crop' }).click();
  const { canvas, photo_area: photo } = await documentOf(page);
  expectNear([canvas.width, canvas.height, photo[0][0], photo[0][1]], [1600, 2000, -400, 0]);
  // The design is still on the bag, in the middle.
  expectNear((await placementOf(page)).quad[0], [320, 600]);
  expect((await previewPixels(page)).height).toBe(1200);
  await slide(page, 'Straighten °', 4);
  await page.locator('.overlay').press('Enter');
  const [[ax, ay], [bx, by]] = (await documentOf(page)).photo_area;
  expect((Math.atan2(by - ay, bx - ax) * 180) / Math.PI).toBeCloseTo(-4, 3);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  expect(await previewPixels(page)).toEqual(untouched);
});

test('a product is shown in each of its colours, a look is laid over it, and a mask is smoothed', async ({ page }) => {
  await openEditor(page, 't-shirt-in-colours.vitrine');
  await sheet(page, 'Settings');
  const strip = page.getByRole('group', { name: 'Product colours' });
  await expect(strip.getByRole('button')).toHaveCount(6);
  // Each small picture is drawn, and no two are alike.
  const drawn = () => strip.locator('canvas').evaluateAll((all) => new Set(all.map((canvas) => canvas.toDataURL())).size);
  await expect.poll(drawn, { timeout: 30_000 }).toBe(6);
  const white = await colorAt(page, [900, 1200]);
  await strip.getByRole('button', { name: 'Navy' }).click();
  const recolored = (document) => document.layers[1].content.adjustment.to;
  expect(recolored(await documentOf(page))).toBe('#27365c');
  const navy = await colorAt(page, [900, 1200]);
  expect(navy[0]).toBeLessThan(white[0] - 80);
  // A look above all, which can be hidden again.
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'What do you want' }).fill('look: black');
  await page.keyboard.press('Enter');
  const [r, g, b] = await colorAt(page, [100, 100]);
  expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(4);
  await page.keyboard.press('Control+z');

  await makeTemplate(page, 'tote-bag.jpg');
  await tool(page, 'Rectangle');
  await dragOnPicture(page, [900, 800], [1500, 1300]);
  await sheet(page, 'Settings');
  await page.getByRole('button', { name: 'Smooth mask' }).click();
  // The corners of the rectangle have become curves.
  await expect.poll(async () => (await maskOf(page)).shapes[0].outline.filter((anchor) => anchor.length === 6).length).toBeGreaterThan(3);
});

test('curves are bent by hand, by keys and by numbers, each channel by itself', async ({ page }) => {
  await openEditor(page);
  const before = await colorAt(page, [100, 100]);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'What do you want' }).fill('curves');
  await page.keyboard.press('Enter');
  await sheet(page, 'Settings');
  const curves = async () => (await documentOf(page)).layers.at(-1).content.adjustment;
  const curve = page.getByRole('group', { name: 'Curves' });
  await curve.scrollIntoViewIfNeeded();
  const square = await curve.boundingBox();
  const at = ([x, y]) => [square.x + (square.width * (x + 8)) / 271, square.y + (square.height * (263 - y)) / 271];
  await page.mouse.move(...at([128, 128]));
  await page.mouse.down();
  await page.mouse.move(...at([128, 190]), { steps: 4 });
  await page.mouse.up();
  await expect(curve.getByRole('button')).toHaveCount(3);
  const [, [input, output]] = (await curves()).all;
  expectNear([input, output], [128, 190]);
  const lighter = await colorAt(page, [100, 100]);
  expect(lighter[1]).toBeGreaterThan(before[1] + 10);
  const point = page.getByRole('button', { name: /^Point 2, from/ });
  await point.press('Shift+ArrowUp');
  await point.press('ArrowLeft');
  expect((await curves()).all[1]).toEqual([input - 1, output + 10]);
  // Each key and each drag is taken back by itself.
  await page.keyboard.press('Control+z');
  expect((await curves()).all[1]).toEqual([input, output + 10]);
  await page.keyboard.press('Control+z');
  expect((await curves()).all[1]).toEqual([input, output]);
  await page.getByRole('button', { name: 'Blue', exact: true }).click();
  await page.getByLabel('To', { exact: true }).fill('120');
  await page.getByLabel('To', { exact: true }).press('Enter');
  expect((await curves()).blue).toEqual([[0, 120], [255, 255]]);
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await accessible(page);
  await point.press('Delete');
  expect((await curves()).all).toEqual([[0, 0], [255, 255]]);
});

test('a .vitrine file opens as a template, and a damaged one says why', anyWindow, async ({ page }) => {
  await enter(page);
  await dropTemplate(page, 'ceramic-mug.vitrine');
  expect((await placementOf(page)).cylinder).toEqual({ arc: 96, bend: 3 });
  await page.goto('/templates');
  await alive(page);
  await page.locator('input[type=file]').setInputFiles({ name: 'broken.vitrine', mimeType: 'application/zip', buffer: Buffer.from('PK\x03\x04 and nothing more') });
  await expect(page.getByText('This .vitrine file cannot be read')).toBeVisible();
});

test('a browser that refuses the worker is told what to do, and editing goes on', anyWindow, async ({ page }) => {
  await openEditor(page);
  await page.route('**/render-worker*', (route) => route.abort());
  await page.reload();
  await expect(page.getByText('The preview could not start')).toBeVisible();
  await tool(page, 'Rectangle');
  await dragOnPicture(page, [900, 800], [1500, 1300]);
  expectNear(bounds((await maskOf(page)).shapes[0].outline), [900, 800, 1500, 1300]);
});

test('a browser that keeps nothing says so before work is lost', anyWindow, async ({ page }) => {
  await openEditor(page);
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await page.reload();
  await exactPreview(page);
  await tool(page, 'Rectangle');
  await dragOnPicture(page, [900, 800], [1500, 1300]);
  await expect(page.getByText('cannot keep a copy of unsaved work')).toBeVisible();
  await saved(page);
});
