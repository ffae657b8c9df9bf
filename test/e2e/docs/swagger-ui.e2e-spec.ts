import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../../support/app.js';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) {
  console.warn(`Skipped: Swagger UI is driven in Chromium, and there is none at ${CHROMIUM}.`);
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

(hasChromium ? describe : describe.skip)('Swagger UI in a browser', () => {
  let app: TestApp;
  let browser: BrowserContext;
  let page: Page;
  let profile: string;
  const foreignRequests: string[] = [];

  beforeAll(async () => {
    app = await startTestApp();
    const origin = await app.listen();
    profile = mkdtempSync(join(tmpdir(), 'chromium-'));
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      args: FLAGS,
      headless: true,
    });
    page = await browser.newPage();
    page.on('request', (request) => {
      const isLocal = request.url().startsWith(origin) || request.url().startsWith('data:');
      if (!isLocal) foreignRequests.push(request.url());
    });
    await page.goto(`${origin}/docs`);
    await page.waitForSelector('.opblock-tag-section');
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
    await app.close();
  });

  it('authorizes, tries "Get image details" and shows the image', async () => {
    const token = await app.adminToken();
    const created = await app.request('POST', '/image/v2/images', {
      token,
      body: { name: 'seen in the browser' },
    });

    await page.click('button.authorize');
    await page.fill('.modal-ux input', token);
    await page.click('.modal-ux button.authorize');
    await page.click('.modal-ux button.btn-done');

    await page.click('.opblock-tag:has-text("Image API v2: images")');
    const operation = page.locator('.opblock', { hasText: 'Get image details' }).first();
    await operation.locator('.opblock-summary').click();
    await operation.locator('.try-out__btn').click();
    await operation.locator('input[placeholder="image_id"]').fill(created.body.id);
    await operation.locator('button.execute').click();
    const live = operation.locator('.live-responses-table');
    await live.waitFor();

    expect(await live.locator('.response-col_status').last().innerText()).toContain('200');
    expect(await live.innerText()).toContain('seen in the browser');
  }, 60_000);

  it('asks no other host for anything', () => {
    expect(foreignRequests).toEqual([]);
  });
});
