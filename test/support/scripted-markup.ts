import type { Page } from 'playwright-core';

/**
 * What in a text, read as a browser reads HTML, would run or load something that our templates never write: handlers,
 * scripts, styles, foreign elements, addresses of scripts. `page`: any page of the browser.
 */
export async function scriptsIn(page: Page, markup: string): Promise<string[]> {
  return page.evaluate((text) => {
    const scheme = /^(?:https?|mailto|feed|webcal):/;
    const found: string[] = [];
    const parsed = new DOMParser().parseFromString(text, 'text/html');
    for (const element of parsed.querySelectorAll('*')) {
      const start = (element.cloneNode() as Element).outerHTML.slice(0, 200);
      const { localName, attributes } = element;
      if (/^(?:iframe|object|embed|base|frame|applet|math|portal)$/.test(localName)) {
        found.push(start);
      }
      if (localName === 'script') {
        if (element.getAttribute('type') === 'application/ld+json') JSON.parse(element.textContent);
        else if (!(element.getAttribute('src') ?? '').startsWith('/static/')) found.push(start);
      }
      for (const { name, value } of attributes) {
        if (/^(?:on|style$|srcdoc$)/.test(name)) found.push(start);
        if (!/^(?:href|src|action|formaction|poster|data|xlink:href)$/.test(name)) continue;
        const url = new URL(value, 'http://blog.example/');
        if (!scheme.test(url.protocol)) found.push(start);
        if (name !== 'href' && url.host !== 'blog.example' && url.hostname !== '127.0.0.1') {
          found.push(start);
        }
      }
    }
    return found;
  }, markup);
}
