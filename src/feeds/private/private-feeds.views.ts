import { dateAndTime } from '../../views/date.ts';
import { addressField, EMPTY, form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { FORMATS } from '../feed.ts';

/** Making, renewing and ending the address of one's feeds. `madeAt`: microseconds; `token`: of the address that was just made. */
export function privateFeedsPage(
  page: Page,
  { madeAt, token }: { madeAt: number | undefined; token: string | undefined },
): Html {
  const there = madeAt !== undefined;
  const action = href(page, '/account/feeds');
  return layout(
    page,
    html`<div class="narrow own-feeds"><h1>Your Feeds</h1>
<p>Feeds for you alone: every post that you may read here, also those for members, and your notices. Your feed reader needs no password for it, so <strong>whoever knows the address reads what you may read</strong>. Nobody can write anything with it.</p>
${token !== undefined && addresses(page, token)}
${token === undefined && there && html`<p class="alert alert-note">You have had an address since ${dateAndTime(madeAt)}. It cannot be shown again; a new one ends it.</p>`}
<div class="actions">${form(EMPTY, action, button(there ? 'Make new addresses' : 'Make the addresses', 'btn-primary'))}
${there && form(EMPTY, `${action}/end`, button('End the addresses', 'btn-danger'))}</div>
<p class="meta">They also end with your account. A new password does not change them.</p>
<p class="aside own-feeds-links"><a href="${href(page, '/follow')}">What feeds are</a> <a href="${href(page, '/account')}">Back to your account</a></p></div>`,
  );
}

/** Without checks, so that scripts leave it to the browser: the answer is a page. */
const button = (text: string, look: string) =>
  html`<button class="btn ${look}" formnovalidate>${text}</button>`;

function addresses(page: Page, token: string): Html {
  const base = `${page.publicUrl}/feeds/${token}/`;
  const field = (id: string, label: string, path: string) => addressField(id, label, base + path);
  const { atom, json } = FORMATS;
  return html`<p class="alert alert-note">Copy them now: they are shown only once.</p>
${field('posts-atom', 'Posts, Atom', atom.file)}
${field('posts-json', 'Posts, JSON Feed', json.file)}
${field('notices-atom', 'Notices, Atom', `notices/${atom.file}`)}
${field('notices-json', 'Notices, JSON Feed', `notices/${json.file}`)}`;
}
