import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { postList } from '../lists.views.ts';
import { listPath } from '../previews.views.ts';
import type { MonthCount, MonthPage } from './archive.service.ts';
import { type Month, monthName, monthPath, shortName, yearOf } from './month.ts';

/** The years and months that have posts, the newest first. */
export function archivePage(page: Page, months: readonly MonthCount[]): Html {
  const description = `All posts on ${page.siteName}, by year and month.`;
  const preview = { path: '/archive', type: 'website', title: 'Archive', description } as const;
  const years = [...Map.groupBy(months, ({ month }) => yearOf(month))];
  return layout(
    { ...page, preview },
    html`<h1>Archive</h1>
${months.length === 0 && html`<p class="empty">There are no posts here yet.</p>`}
<div class="archive">${years.map(([year, inside]) => yearSection(page, year, inside))}</div>`,
  );
}

function yearSection(page: Page, year: number, months: readonly MonthCount[]): Html {
  const posts = months.reduce((sum, one) => sum + one.posts, 0);
  return html`<section aria-labelledby="year-${year}">
<h2 id="year-${year}">${year} <span class="meta">${counted(posts)}</span></h2>
<ul>${months.map((one) => html`<li><a href="${href(page, monthPath(one.month))}"><span>${shortName(one.month)}</span><span class="meta">${one.posts.toLocaleString('en')}<span class="visually-hidden"> ${one.posts === 1 ? 'post' : 'posts'}</span></span></a></li>`)}</ul>
</section>
`;
}

/** One month's posts, newest first, and the ways to its neighbours. */
export function monthPage(
  page: Page,
  month: Month,
  { list, posts, earlier, later }: MonthPage,
): Html {
  const [name, path] = [monthName(month), monthPath(month)];
  const preview = {
    path: listPath(page, path),
    type: 'website',
    title: name,
    description: `Posts on ${page.siteName} in ${name}.`,
  } as const;
  const link = (to: Month, rel: string) =>
    html`<a rel="${rel}" href="${href(page, monthPath(to))}">${monthName(to)}</a>`;
  return layout(
    { ...page, preview },
    html`<header class="month">
<p class="meta"><a href="${href(page, '/archive')}">Archive</a></p>
<h1>${name}</h1>
<p class="meta">${counted(posts)}</p>
</header>
${postList(page, path, list)}
${(earlier !== undefined || later !== undefined) && html`<nav class="months" aria-label="Other months">${earlier !== undefined && link(earlier, 'prev')}${later !== undefined && link(later, 'next')}</nav>`}`,
  );
}

const counted = (posts: number): string =>
  posts === 1 ? '1 post' : `${posts.toLocaleString('en')} posts`;
