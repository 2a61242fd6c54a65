import type { Page } from 'playwright-core';

// What the browser has, of which these tests know nothing else.
interface Element {
  localName: string;
  textContent: string;
  outerHTML: string;
  attributes: Iterable<{ name: string; value: string }>;
  getAttribute: (name: string) => string | null;
  cloneNode: () => Element;
}
interface Parsed {
  querySelector: (selector: string) => Element | null;
  querySelectorAll: (selector: string) => Iterable<Element>;
}
declare const DOMParser: new () => { parseFromString: (text: string, type: string) => Parsed };

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
      const start = element.cloneNode().outerHTML.slice(0, 200);
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

/** What a feed reader takes for HTML: the contents of an Atom feed's elements. Rejects if it is not well-formed. */
export async function htmlInAtom(page: Page, feed: string): Promise<string[]> {
  return page.evaluate((xml) => {
    const parsed = new DOMParser().parseFromString(xml, 'application/xml');
    if (parsed.querySelector('parsererror') !== null) throw new Error(xml);
    const texts = [...parsed.querySelectorAll('[type=html]')];
    if (texts.length === 0 && parsed.querySelector('entry') !== null) throw new Error(xml);
    return texts.map(({ textContent }) => textContent);
  }, feed);
}
