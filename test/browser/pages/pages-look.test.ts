import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from '../../support/awaited.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { openSite, signIn } from '../../support/site.ts';
import { startSlowLine } from '../../support/servers/slow-line.ts';

const site = await openSite();
const people = await Promise.all(['Ann', 'Bob'].map((name) => site.client.person(name)));
const body = fileBody(await photo({ width: 300, height: 300 }));
for (const { id, token } of people) {
  const sent = { token, body, headers: MULTIPART };
  await site.client.api('PATCH', `/api/users/${id}/picture`, sent);
  for (let number = 1; number <= 4; number += 1) {
    await site.client.post(token, `Post ${number}`, 'Some text of a post. '.repeat(20));
  }
}

/**
 * Collects what moves and how far. Below that floor is what nobody sees; one small face without a
 * size does fifty times as much.
 */
const SHIFTS = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      if (value < 0.001) continue;
      shifts.push(value + ': ' + sources.map(({ node }) => node?.nodeName + '.' + node?.className));
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

for (const width of [390, 1440]) {
  test(`nothing moves while a page loads, even if its pictures come late, at ${width} px`, async () => {
    const { page, leave } = await site.visit({ viewport: { width, height: 900 } });
    await page.addInitScript(SHIFTS);
    // A late font is covered by another test.
    await page.route('**/*.woff2', (route) => route.abort());
    await page.goto('/login');
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route('**/media/**', async (route) => {
      await released;
      await route.continue();
    });
    const { email, password } = people[0]!;
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await page.getByText('Login successful!').waitFor();
    release();
    await page.waitForLoadState('load');
    await page.evaluate(`Promise.all(
      [...document.images].filter(({ loading }) => loading !== 'lazy').map((img) => img.decode()))`);
    await settled(page);
    assert.deepEqual(await page.evaluate('shifts'), []);
    const author = `/users/${people[0]?.id}/posts`;
    for (const path of [author, '/posts/1?done=updated', '/posts/new', '/account', '/nowhere']) {
      await page.goto(path);
      await settled(page);
      assert.deepEqual(await page.evaluate('shifts'), [], path);
    }
    await leave();
  });
}

for (const width of [390, 1440]) {
  test(`nothing moves while a page arrives piece by piece, at ${width} px`, async (t) => {
    const slow = await startSlowLine(t, site.url);
    const { page, leave } = await site.visit({ viewport: { width, height: 900 } });
    await signIn(page, people[0]!);
    await page.addInitScript(SHIFTS);
    await page.route('**/*.woff2', (route) => route.abort());
    for (const path of ['/', '/posts/1', '/posts/new', '/account']) {
      await page.goto(slow + path);
      await settled(page);
      assert.deepEqual(await page.evaluate('shifts'), [], path);
    }
    await leave();
  });
}

/** Collects the page's background in each frame. */
const GROUNDS = `
  window.grounds = new Set();
  const look = () => {
    if (document.body) grounds.add(getComputedStyle(document.body).backgroundColor);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

test('a chosen theme is used from the first frame on, on every page', async () => {
  const { page, leave } = await site.visit({ colorScheme: 'light' });
  await page.addInitScript(GROUNDS);
  await page.goto('/');
  await page.getByLabel('Theme').selectOption('dark');
  const dark = await page.evaluate('getComputedStyle(document.body).backgroundColor');
  // Late scripts must make no difference.
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route('**/main-*.js', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto('/login', { waitUntil: 'commit' });
  await page.evaluate(`new Promise((resolve) => {
    const look = () => (grounds.size > 0 ? resolve() : requestAnimationFrame(look));
    look();
  })`);
  release();
  await settled(page);
  assert.deepEqual(await page.evaluate('[...grounds]'), [dark]);
  for (const path of ['/', '/nowhere', '/posts/1']) {
    await page.goto(path);
    await settled(page);
    assert.deepEqual(await page.evaluate('[...grounds]'), [dark], path);
  }
  await leave();
});

/** What extends beyond the window, if the page can be scrolled sideways. */
const TOO_WIDE = `document.documentElement.scrollWidth > innerWidth
  ? [...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
      .map((one) => one.outerHTML.slice(0, 100))
  : []`;

test('no text breaks a page on a small phone', async () => {
  const titles = [
    'W'.repeat(100),
    '👩🏽‍🚀'.repeat(20),
    `Z${'\u0335\u0321\u0359'.repeat(30)}algo`,
    '\u202Eright to left\u202C \u05D0\u05D1\u05D2',
    'https://example.com/'.padEnd(100, 'x'),
  ];
  const person = await site.client.person('ﷺ'.repeat(50));
  const ids: number[] = [];
  for (const title of titles) {
    const content = `${title}${'no-gap'.repeat(300)}\n\n\t${'😀'.repeat(500)}`;
    ids.push((await site.client.post(person.token, title, content)).id);
  }
  const { page, leave } = await site.visit({ viewport: { width: 320, height: 640 } });
  await signIn(page, person);
  const own = ids.flatMap((id) => [`/posts/${id}`, `/posts/${id}/delete`]);
  for (const path of ['/', `/users/${person.id}/posts`, '/account', '/account/delete', ...own]) {
    await page.goto(path);
    await settled(page);
    assert.deepEqual(await page.evaluate(TOO_WIDE), [], path);
  }
  await leave();
});

test('the buttons of a question look the same in a dialog and on its page', async () => {
  const { page, leave } = await site.visit();
  await signIn(page, people[0]!);
  const look = (actions: string) =>
    page.evaluate<string[]>(`(() => {
      const box = document.querySelector('${actions}');
      const button = getComputedStyle(box.querySelector('.btn'));
      const { gap, marginTop } = getComputedStyle(box);
      return [gap, marginTop, button.paddingLeft, button.fontSize];
    })()`);
  await page.goto('/posts/1');
  await page.click('text=Delete Post');
  await page.getByRole('dialog').waitFor();
  const inDialog = await look('dialog[open] .actions');
  await page.goto('/posts/1/delete');
  assert.deepEqual(inDialog, await look('main .actions'));
  await leave();
});

test('a date that needs two lines is below the name in a list, not on it', async () => {
  const { page, leave } = await site.visit({ viewport: { width: 1440, height: 900 } });
  await page.goto('/?skip=1');
  const [name, date] = await page.evaluate<[number, number]>(`(() => {
    const byline = document.querySelectorAll('.byline')[1];
    byline.querySelector('.meta').append(' and some more that is long');
    const box = (selector) => byline.querySelector(selector).getBoundingClientRect();
    return [box('bdi').bottom, box('.meta').top];
  })()`);
  assert.ok(name <= date, `the name ends at ${name}, the date begins at ${date}`);
  await leave();
});

/** Pixels between the sides of the text and those of its items, and which sides of its quotes have a line. */
const SIDES = `(() => {
  const prose = document.querySelector('.prose');
  const text = prose.getBoundingClientRect();
  const items = [...prose.querySelectorAll('li')].map((item) => {
    const { left, right } = item.getBoundingClientRect();
    return [left - text.left, text.right - right].map(Math.round).join(' ');
  });
  const quotes = [...prose.querySelectorAll('blockquote')].map((quote) => {
    const { borderLeftWidth, borderRightWidth } = getComputedStyle(quote);
    return [borderLeftWidth, borderRightWidth].join(' ');
  });
  return [...items, ...quotes];
})()`;

test('items and quotes that are written from the right have their markers and lines there', async () => {
  const { token } = people[0] as (typeof people)[number];
  const content = '- חבל\n- rope\n\n1. ראשון[^1]\n\n> ציטוט\n\n> A quote\n\n[^1]: הערה';
  const json = { title: 'יומן', content, format: 'markdown' };
  const { body } = await site.client.api('POST', '/api/posts', { token, json });
  const { page, leave } = await site.visit();
  await page.goto(`/posts/${String(body['id'])}`);
  const [right, left] = ['0 24', '24 0'];
  assert.deepEqual(await page.evaluate(SIDES), [right, left, right, right, '0px 3px', '3px 0px']);
  await leave();
});
