// One picture: the browser's build of the render crate makes the same bytes as the server's.

import { expect, test } from '@playwright/test';
import fs from 'node:fs';
import { file } from './support.js';

test('browser and server make identical bytes of every pair', async ({ page }, info) => {
  test.skip(info.project.name !== 'desktop', 'pixels do not depend on the window');
  const pairs = JSON.parse(fs.readFileSync(file('pairs/pairs.json')));
  expect(pairs.length).toBeGreaterThanOrEqual(20);
  const base64 = (name) => fs.readFileSync(file(`pairs/${name}`)).toString('base64');
  const images = { photo: base64('photo.png'), designs: [base64('design-0.png'), base64('design-1.png')] };
  await page.goto('/login');
  const digests = await page.evaluate(
    async ({ pairs, images }) => {
      const { default: init, render_pixels } = await import('/pkg/render-worker.js');
      await init();
      const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      const digests = [];
      for (const pair of pairs) {
        const photos = [[pair.photo, bytes(images.photo)]];
        const pixels = render_pixels(pair.document, photos, bytes(images.designs[pair.design]), pair.side);
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', pixels));
        digests.push([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
      }
      return digests;
    },
    { pairs, images },
  );
  const named = (digests) => Object.fromEntries(pairs.map((pair, i) => [pair.name, digests[i]]));
  expect(named(digests)).toEqual(named(pairs.map((pair) => pair.sha256)));
});
