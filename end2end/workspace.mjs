// A workspace with the demonstration set, for scripts that measure and take pictures.

/** Signs up at the server of the page's context and waits until the set is there. */
export async function withDemonstrationSet(page, name) {
  const subdomain = `${name.toLowerCase().replace(/\W+/g, '-')}-${Date.now().toString(36)}`;
  await page.goto('/signup');
  await page.getByLabel('Workspace name').fill(name);
  await page.getByLabel('Address').fill(subdomain);
  await page.getByLabel('E-mail').fill(`${subdomain}@example.com`);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.getByRole('button', { name: 'Add the demonstration set' }).click();
  await page.getByText('12 templates').waitFor({ timeout: 240_000 });
}
