import type { Page } from 'playwright-core';

const REPORT = `addEventListener('securitypolicyviolation', (event) => {
  reportViolation(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sourceFile);
});`;

/** Everything a page must not do; each list stays empty on a good one. */
export interface Misdeeds {
  /** Violations of the Content-Security-Policy: directive, what was blocked, where. */
  violations: string[];
  /** Requests to another origin, even those that did not get there. */
  foreign: string[];
  /** Errors that no script of the page caught. */
  errors: string[];
}

/** Records what the page does wrong from its next navigation on; `url` is our server's. */
export async function watchPage(page: Page, url: string): Promise<Misdeeds> {
  const misdeeds: Misdeeds = { violations: [], foreign: [], errors: [] };
  await page.exposeFunction('reportViolation', (text: string) => misdeeds.violations.push(text));
  await page.addInitScript({ content: REPORT });
  const { origin } = new URL(url);
  page.on('request', (request) => {
    const target = new URL(request.url());
    // A data URL's origin is 'null' and it goes nowhere; a blob's is the page's own.
    if (target.protocol !== 'data:' && target.origin !== origin) misdeeds.foreign.push(target.href);
  });
  page.on('pageerror', (error) => misdeeds.errors.push(String(error)));
  return misdeeds;
}
