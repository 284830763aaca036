// Lists that are longer than a page: nothing is cut without a word, and what is shown stays when something changes.

import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { alive, anyWindow, file, signUp, watch } from './support.js';

/** Gives the server a design, or a template's photo, as a page does. */
async function give(page, path, name, picture) {
  const { baseURL } = test.info().project.use;
  const headers = { origin: baseURL, 'x-file-name': name };
  const answer = await page.request.post(path, { headers, data: readFileSync(file(picture)) });
  expect(answer.status(), await answer.text()).toBe(201);
  return answer.json();
}

const title = (number) => `Design ${String(number).padStart(3, '0')}`;

test('a long list says how much of it is shown, shows more, and keeps that when something changes', anyWindow, async ({ page }) => {
  const complaints = watch(page);
  await signUp(page, 'Plenty');
  for (let number = 1; number <= 125; number++) await give(page, '/files/designs', `${title(number)}.png`, 'orbit.png');
  await page.goto('/');
  await expect(page.getByText('More than 60 designs')).toBeVisible();

  await page.goto('/designs');
  await alive(page);
  const names = page.locator('.tile-name');
  const list = page.getByRole('status').filter({ hasText: 'shown' });
  const more = page.getByRole('button', { name: 'Show more' });
  await expect(names).toHaveCount(60);
  await expect(list).toHaveText('60 are shown; there are more.');
  await more.press('Enter');
  await expect(names).toHaveCount(120);
  await expect(list).toHaveText('120 are shown; there are more.');
  await expect(more).toBeFocused();

  // Somebody else's design comes while something is being typed far below: nothing moves under the hand, and what was
  // typed becomes the name of the design it was typed for.
  const typed = names.nth(70);
  await typed.press('End');
  await page.keyboard.type(' and on');
  await give(page, '/files/designs', `${title(126)}.png`, 'orbit.png');
  await expect(names.first()).toHaveValue(title(125));
  await expect(typed).toHaveValue(`${title(55)} and on`);
  await expect(typed).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(names.first()).toHaveValue(title(126));
  await expect(names).toHaveCount(120);
  await expect(names.nth(71)).toBeInViewport();

  await more.click();
  await expect(list).toHaveText('All 126 are shown.');
  await expect(more).toHaveCount(0);
  // What was typed became the name when the field was left.
  const renamed = `${title(55)} and on`;
  await expect(names.nth(71)).toHaveAttribute('value', renamed);
  const all = await names.evaluateAll((inputs) => inputs.map((input) => input.defaultValue));
  const expected = Array.from({ length: 126 }, (_, index) => title(126 - index));
  expect(all).toEqual(expected.map((name) => (name === title(55) ? renamed : name)));

  // Ordering offers every design, too.
  const { id } = await give(page, '/files/templates', 'Tote bag.jpg', 'tote-bag.jpg');
  await page.goto(`/templates/${id}/render`);
  await alive(page);
  await expect(page.locator('.choice-tile')).toHaveCount(60);
  await page.getByRole('button', { name: 'Choose the 60 shown' }).click();
  await expect(page.getByRole('button', { name: 'Render 60 pictures' })).toBeVisible();
  await more.click();
  await more.click();
  await expect(list).toHaveText('All 126 are shown.');
  await expect(page.getByRole('button', { name: 'Render 60 pictures' })).toBeVisible();
  await page.getByRole('button', { name: 'Choose all 126' }).click();
  await expect(page.getByRole('button', { name: 'Render 126 pictures' })).toBeVisible();
  expect(complaints).toEqual([]);
});
