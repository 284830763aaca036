// Keyboards of other scripts, input methods, and pages that the browser translates.

import { expect, test } from '@playwright/test';
import { anyWindow, dragOnPicture, exactPreview, maskOf, openEditor, watch } from './support.js';

const press = (page, init) =>
  page.locator('.overlay').evaluate((overlay, init) => {
    overlay.focus();
    const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
    overlay.dispatchEvent(event);
    return event.defaultPrevented;
  }, init);

test('keys go by their place where the letter is not Latin, and AltGr writes what it writes', anyWindow, async ({ page }) => {
  await openEditor(page);
  const name = page.getByLabel('Name of the template');
  const before = await name.inputValue();
  await name.fill('Named');
  await page.keyboard.press('Tab');
  expect(await press(page, { key: 'я', code: 'KeyZ', ctrlKey: true })).toBe(true);
  await expect(name).toHaveValue(before);
  await press(page, { key: 'Я', code: 'KeyZ', ctrlKey: true, shiftKey: true });
  await expect(name).toHaveValue('Named');
  // A German Y is where an English Z is: the letter counts.
  await press(page, { key: 'y', code: 'KeyZ', ctrlKey: true });
  await press(page, { key: 'z', code: 'KeyY', ctrlKey: true });
  await expect(name).toHaveValue(before);
  await press(page, { key: 'и', code: 'KeyB' });
  await expect(page.locator('.overlay')).toHaveAttribute('data-tool', 'brush');
  const size = page.getByRole('slider', { name: 'Brush px' });
  const start = Number(await size.inputValue());
  // On a German keyboard the bracket is AltGr and 9; Windows says Ctrl and Alt.
  await press(page, { key: ']', code: 'Digit9', modifierAltGraph: true });
  const larger = Number(await size.inputValue());
  expect(larger).toBeGreaterThan(start);
  await press(page, { key: ']', code: 'Digit9', ctrlKey: true, altKey: true, modifierAltGraph: true });
  expect(Number(await size.inputValue())).toBeGreaterThan(larger);
});

test('an input method that composes is left alone', anyWindow, async ({ page }) => {
  await openEditor(page);
  await press(page, { key: 'p', code: 'KeyP', isComposing: true });
  await press(page, { key: 'Process', code: 'KeyP', keyCode: 229 });
  await expect(page.locator('.overlay')).toHaveAttribute('data-tool', 'move');
  await page.keyboard.press('Control+k');
  const search = page.getByRole('combobox', { name: 'What do you want' });
  await search.fill('brush');
  await search.dispatchEvent('keydown', { key: 'Enter', code: 'Enter', isComposing: true, bubbles: true });
  await expect(search).toBeVisible();
  await search.press('Enter');
  await expect(search).toHaveCount(0);
});

/** Wraps text as translators do: `around` keeps the text node, `instead` puts another in its place. */
const translator = (how) => {
  const skipped = ['SCRIPT', 'STYLE', 'FONT', 'TEXTAREA', 'NOSCRIPT', 'TITLE'];
  const translate = (node) => {
    const parent = node.parentElement;
    if (!parent || skipped.includes(parent.tagName) || parent.closest('svg, [translate=no]') || !node.data.trim()) return;
    const [outer, inner] = [document.createElement('font'), document.createElement('font')];
    outer.append(inner);
    if (how === 'around') {
      parent.insertBefore(outer, node);
      inner.append(node);
    } else {
      inner.append(`«${node.data}»`);
      parent.replaceChild(outer, node);
    }
  };
  const all = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    found.forEach(translate);
  };
  window.translateAll = () => all(document.body);
  window.keepTranslating = () =>
    new MutationObserver((records) => {
      for (const { addedNodes, type, target } of records) {
        if (type === 'characterData') translate(target);
        addedNodes.forEach((node) => (node.nodeType === 3 ? translate(node) : all(node)));
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
};

for (const how of ['around', 'instead']) {
  for (const when of ['before', 'after']) {
    test(`a page translated ${when} it is taken over, text ${how}, works on`, anyWindow, async ({ page }) => {
      const complaints = watch(page);
      await openEditor(page);
      const editor = page.url();
      await page.addInitScript(`(${translator})('${how}')`);
      // Modules run once the page is read; this listener comes before them.
      if (when === 'before') {
        await page.addInitScript(() => document.addEventListener('readystatechange', () => document.readyState === 'interactive' && window.translateAll()));
      }
      await page.goto(editor);
      await exactPreview(page);
      if (when === 'after') await page.evaluate(() => window.translateAll());
      await page.evaluate(() => window.keepTranslating());
      await page.locator('.palette [aria-keyshortcuts=M]').click();
      await dragOnPicture(page, [900, 800], [1500, 1300]);
      await expect(page.locator('.overlay')).toHaveAttribute('data-tool', 'rectangle');
      await expect(page.locator('.save-state')).toContainText('Saved');
      await expect(page.locator('.save-state')).not.toContainText('Saving');
      expect((await maskOf(page)).shapes).toHaveLength(1);
      await page.locator('.overlay').focus();
      await page.keyboard.press('Shift+H');
      await expect(page.locator('.history-step')).toHaveCount(2);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').last().fill('brush larger');
      await expect(page.locator('#command-list [role=option]')).toHaveCount(1);
      await page.keyboard.press('Escape');
      for (const path of ['/templates', '/designs', '/renders', '/members', '/']) {
        await page.locator(`.nav a[href="${path}"]`).click();
        await expect(page).toHaveURL(path);
        await expect(page.locator('h1')).toHaveCount(1);
        await expect(page.locator('.skeleton')).toHaveCount(0);
      }
      expect(complaints).toEqual([]);
    });
  }
}
