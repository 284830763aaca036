// One picture: the browser's build of the render crate makes the same bytes as the server's.

import { expect, test } from '@playwright/test';
import fs from 'node:fs';
import { anyWindow, file } from './support.js';

test('browser and server make identical bytes of every pair', anyWindow, async ({ page }) => {
  const pairs = JSON.parse(fs.readFileSync(file('pairs/pairs.json')));
  expect(pairs.length).toBeGreaterThanOrEqual(60);
  const base64 = (name) => fs.readFileSync(file(`pairs/${name}`)).toString('base64');
  const names = new Set(pairs.flatMap((pair) => Object.values(pair.images)));
  const images = Object.fromEntries([...names, 'design-0.png', 'design-1.png'].map((name) => [name, base64(name)]));
  await page.goto('/login');
  const digests = await page.evaluate(
    async ({ pairs, images }) => {
      const { default: init, render_pixels } = await import('/pkg/render-worker.js');
      await init();
      const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      const digests = [];
      for (const pair of pairs) {
        const shown = Object.entries(pair.images).map(([hash, name]) => [hash, bytes(images[name])]);
        const design = bytes(images[`design-${pair.design}.png`]);
        const pixels = render_pixels(pair.document, shown, design, pair.side);
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
