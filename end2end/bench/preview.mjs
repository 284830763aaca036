// How long the render worker takes for a preview of 1600 px while a corner is dragged: node bench/preview.mjs [address].
//
// Signs up at a running server, takes the demonstration set and its templates, and asks a worker of its own for one frame
// after the other, each with a corner a little further. Prints the median and the 95th percentile from message to answer.

import { chromium } from '@playwright/test';

const address = process.argv[2] ?? 'http://localhost:3000';
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({ baseURL: address });
const page = await context.newPage();
// The page's own requests show what a worker is asked.
await page.addInitScript(() => {
  const send = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.kind === 'show' && message.surface === 'base') window.lastRequest = message;
    return send.call(this, message, ...rest);
  };
});
const name = `bench-${Date.now().toString(36)}`;
await page.goto('/signup');
await page.getByLabel('Workspace name').fill(name);
await page.getByLabel('Address').fill(name);
await page.getByLabel('E-mail').fill(`${name}@example.com`);
await page.getByLabel('Password').fill('correct horse battery');
await page.getByRole('button', { name: 'Create workspace' }).click();
await page.getByRole('button', { name: 'Add the demonstration set' }).click();
await page.getByText('12 templates').waitFor({ timeout: 180_000 });
for (const template of ['Framed print', 'Tote bag', 'Ceramic mug']) {
  await page.goto('/templates');
  await page.getByRole('link', { name: template, exact: true }).first().click();
  await page.locator('.stage-canvas[data-state=exact]').waitFor({ timeout: 60_000 });
  const times = await page.evaluate(async () => {
    const request = { ...window.lastRequest, side: 1600 };
    const worker = new Worker('/pkg/render-worker-start.js', { type: 'module' });
    const ask = (document) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => {
          if (data.error) reject(new Error(data.error));
          if (data.done) resolve(data);
        };
        worker.postMessage({ ...request, document: JSON.stringify(document) });
      });
    const document_ = JSON.parse(request.document);
    const all = (layers) => layers.flatMap((layer) => [layer, ...all(layer.content.layers ?? [])]);
    const placement = all(document_.layers).find((layer) => layer.content.type === 'placement').content;
    await ask(document_);
    const times = [];
    let part;
    for (let i = 0; i < 60; i++) {
      placement.quad[2][0] += Math.sin(i / 4) * 6;
      placement.quad[2][1] += Math.cos(i / 4) * 6;
      const start = performance.now();
      part = await ask(document_);
      times.push(performance.now() - start);
    }
    worker.terminate();
    times.sort((a, b) => a - b);
    const rows = part.pixels.length / 4 / part.columns;
    return { median: times[30], p95: times[57], part: `${part.columns} × ${rows} of ${part.width} × ${part.height}` };
  });
  console.log(`${template}: median ${times.median.toFixed(1)} ms, 95 % ${times.p95.toFixed(1)} ms, changed ${times.part}`);
}
await browser.close();
