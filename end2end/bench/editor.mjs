// How long the editor takes from a pointer's move to the painted frame: node bench/editor.mjs [address].
//
// Signs up at a running server, takes the demonstration set, opens its templates in a window whose stage is 1600 x 1280 px, and drags
// a corner, a mesh point and a slider, one move per 16 ms. Prints the median and the 95th percentile, how many frames were
// painted per second, and the longest task of the main thread.

import { chromium } from '@playwright/test';
import { withDemonstrationSet } from '../workspace.mjs';

const address = process.argv[2] ?? 'http://localhost:3000';
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({ baseURL: address, viewport: { width: 2042, height: 1557 } });
const page = await context.newPage();
await page.addInitScript(() => {
  const timing = (window.timing = { pending: [], covered: [], latencies: [], worker: [], frames: 0, longest: 0 });
  const moved = 'onpointerrawupdate' in window ? 'pointerrawupdate' : 'pointermove';
  for (const kind of [moved, 'input']) {
    addEventListener(kind, (event) => timing.on === kind && timing.pending.push(event.timeStamp), true);
  }
  timing.moved = moved;
  const send = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    // What has moved until now is in the document that is sent.
    if (message.kind === 'show' && !message.ahead) {
      timing.covered.push(...timing.pending.splice(0));
      timing.sent = performance.now();
    }
    if (!this.heard) {
      this.heard = true;
      // What changes nothing in the picture, as erasing where nothing shows, paints no frame.
      this.addEventListener('message', ({ data }) => data.done && data.pixels?.length === 0 && timing.covered.splice(0));
    }
    return send.call(this, message, ...rest);
  };
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...rest) {
    const result = put.apply(this, rest);
    const covered = timing.covered.splice(0);
    timing.worker.push(performance.now() - timing.sent);
    if (covered.length) {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        // The message arrives once the frame is painted.
        port1.onmessage = () => {
          timing.frames += 1;
          timing.latencies.push(...covered.map((at) => performance.now() - at));
        };
        port2.postMessage(0);
      });
    }
    return result;
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) if (timing.on) timing.longest = Math.max(timing.longest, duration);
  }).observe({ entryTypes: ['longtask'] });
});
await withDemonstrationSet(page, 'Bench');

/** `event`: the first that tells the page of the gesture; a slider's is `input`, which browsers make once a frame. */
async function measured(what, gesture, event = null) {
  await page.evaluate((event) => Object.assign(window.timing, { on: event ?? window.timing.moved, pending: [], covered: [], latencies: [], worker: [], frames: 0, longest: 0 }), event);
  const start = Date.now();
  await gesture();
  const seconds = (Date.now() - start) / 1000;
  await page.waitForTimeout(400);
  const { latencies, worker, frames, longest } = await page.evaluate(() => Object.assign(window.timing, { on: false }));
  const of = (times, part) => times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))]?.toFixed(0);
  console.log(`  ${what}: median ${of(latencies, 0.5)} ms, 95 % ${of(latencies, 0.95)} ms, of it the picture ${of(worker, 0.5)} and ${of(worker, 0.95)} ms, ${(frames / seconds).toFixed(0)} frames a second, longest task ${longest.toFixed(0)} ms`);
}

/** Drags what lies at `from` for a second and a half, to where `path` says. */
async function drag([x, y], path) {
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 1; i <= 90; i++) {
    const began = Date.now();
    const [dx, dy] = path(i / 8);
    await page.mouse.move(x + dx, y + dy);
    await page.waitForTimeout(Math.max(0, 16 - (Date.now() - began)));
  }
  await page.mouse.up();
}

async function circle(handle) {
  const { x, y, width, height } = await page.getByRole('button', { name: handle }).first().boundingBox();
  // Without snapping: a corner that stays where it snapped to shows no new frame.
  await page.keyboard.down('Control');
  await drag([x + width / 2, y + height / 2], (turn) => [30 * Math.sin(turn), 30 - 30 * Math.cos(turn)]);
  await page.keyboard.up('Control');
}

async function paint() {
  const { x, y, width, height } = await page.locator('.stage-view').boundingBox();
  await drag([x + width / 2, y + height / 2], (turn) => [200 * Math.sin(turn), 200 - 200 * Math.cos(turn)]);
}

async function slide(name) {
  const { x, y, width, height } = await page.getByRole('slider', { name }).boundingBox();
  await drag([x + width * 0.3, y + height / 2], (turn) => [12 * Math.sin(turn), 0]);
}

for (const template of ['Framed print', 'Tote bag', 'Ceramic mug']) {
  await page.goto('/templates');
  await page.getByRole('link', { name: template, exact: true }).first().click();
  await page.locator('.stage-canvas[data-state=exact]').waitFor({ state: 'attached', timeout: 60_000 });
  await page.waitForTimeout(1500);
  const size = await page.locator('.stage-view').boundingBox();
  const zoom = await page.locator('.overlay').getAttribute('data-zoom');
  console.log(`${template}, stage ${size.width} x ${size.height}, ${(zoom * 100).toFixed(0)} %`);
  await page.keyboard.press('c');
  await measured('corner', () => circle(/^Bottom right corner/));
  await page.keyboard.press('g');
  await measured('mesh point', () => circle(/^Mesh point 6,/));
  // What the brush would paint shows already.
  await page.keyboard.press('e');
  await measured('eraser', paint);
  await page.keyboard.press('Control+z');
  await measured('slider', () => slide('Size %'), 'input');
}
await browser.close();
