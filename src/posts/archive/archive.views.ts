import { lazy } from '../../runtime/lazy.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { postList } from '../lists.views.ts';
import { listPath } from '../previews.views.ts';
import type { ArchiveOf, MonthCount, MonthPage } from './archive.service.ts';
import { type Month, monthName, monthPath, shortName, yearOf } from './month.ts';

/** The years and months that have posts, the newest first. */
export function archivePage(
  page: Page,
  of: ArchiveOf | undefined,
  months: readonly MonthCount[],
): Html {
  const preview = {
    path: archivePath(of),
    type: 'website',
    title: of ? `Archive: ${of.name}` : 'Archive',
    description: `${of ? `Posts ${by(of)}` : 'All posts'} on ${page.siteName}, by year and month.`,
  } as const;
  const years = [...Map.groupBy(months, ({ month }) => yearOf(month))];
  return layout(
    { ...page, preview },
    html`${of ? html`<h1>Archive: <a class="all" href="${href(page, of.posts)}"><bdi>${of.name}</bdi></a></h1>` : html`<h1>Archive</h1>`}
${months.length === 0 && html`<p class="empty">There are no posts here yet.</p>`}
<div class="archive">${years.map(([year, inside]) => yearSection(page, of, year, inside))}</div>`,
  );
}

function yearSection(
  page: Page,
  of: ArchiveOf | undefined,
  year: number,
  months: readonly MonthCount[],
): Html {
  const posts = months.reduce((sum, one) => sum + one.posts, 0);
  const more = months.some((one) => one.more);
  const address = (month: Month) => href(page, below(of, month));
  return html`<section aria-labelledby="year-${year}">
<h2 id="year-${year}">${year} <span class="meta">${counted({ posts, more })}</span></h2>
<ul>${months.map((one) => html`<li><a href="${address(one.month)}"><span>${shortName(one.month)}</span><span class="meta">${amount(one)}<span class="visually-hidden"> ${one.posts === 1 ? 'post' : 'posts'}</span></span></a></li>`)}</ul>
</section>
`;
}

/** One month's posts, newest first, and the ways to its neighbours. */
export function monthPage(
  page: Page,
  of: ArchiveOf | undefined,
  { month, list, count, earlier, later }: MonthPage & { month: Month },
): Html {
  const [name, path] = [monthName(month), below(of, month)];
  const preview = {
    path: listPath(page, path),
    type: 'website',
    title: of ? `${name}: ${of.name}` : name,
    description: `Posts ${of ? `${by(of)} ` : ''}on ${page.siteName} in ${name}.`,
  } as const;
  const link = (to: Month, rel: string) =>
    html`<a rel="${rel}" href="${href(page, below(of, to))}">${monthName(to)}</a>`;
  const ofOne = of !== undefined && 'userId' in of.whose;
  return layout(
    { ...page, preview },
    html`<header class="month">
<p class="meta"><a href="${href(page, archivePath(of))}">Archive${of && html`: <bdi>${of.name}</bdi>`}</a></p>
<h1>${name}</h1>
<p class="meta">${counted(count)}</p>
</header>
${postList(page, path, list, { ofOne })}
${(earlier !== undefined || later !== undefined) && html`<nav class="months" aria-label="Other months">${earlier !== undefined && link(earlier, 'prev')}${later !== undefined && link(later, 'next')}</nav>`}`,
  );
}

const archivePath = (of: ArchiveOf | undefined): string => `${of?.path ?? ''}/archive`;
const below = (of: ArchiveOf | undefined, month: Month): string =>
  `${of?.path ?? ''}${monthPath(month)}`;
const by = ({ whose, name }: ArchiveOf): string =>
  'userId' in whose ? `by ${name}` : `with the tag ${name}`;

type Count = Pick<MonthCount, 'posts' | 'more'>;
const numbers = lazy(() => new Intl.NumberFormat('en'));
/** Formatting a number takes 1 µs, `toLocaleString` six times as long, and there may be hundreds of months. */
const digits = (posts: number) => (posts < 1000 ? String(posts) : numbers().format(posts));
const amount = ({ posts, more = false }: Count): string => `${digits(posts)}${more ? '+' : ''}`;
const counted = (count: Count): string => (count.posts === 1 ? '1 post' : `${amount(count)} posts`);
