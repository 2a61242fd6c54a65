import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { feedFolder, FORMATS, type FeedPerson } from './feed.ts';

/** What feeds are, and the addresses of the blog's or of one person's. */
export function followPage(page: Page, person: FeedPerson | null): Html {
  const folder = feedFolder(person);
  const whose = person ? html`<bdi>${person.username}</bdi>` : page.siteName;
  const description = person
    ? `Feeds of the posts by ${person.username} on ${page.siteName}.`
    : `Feeds of the posts on ${page.siteName}.`;
  const preview = {
    path: `${folder}follow`,
    type: 'website',
    title: page.title,
    description,
  } as const;
  return layout(
    { ...page, preview },
    html`<div class="follow">
<h1>Follow ${whose}</h1>
<p class="lead">A feed is a list of the newest posts that programs can read. A feed reader is such a program: it looks at all the feeds you choose and shows you what is new. Copy one of these addresses into yours; nobody here learns your name or your e-mail address.</p>
<dl>${Object.values(FORMATS).map((format) => feed(page, folder, format))}</dl>
<p>${person ? html`These have the posts of one person. The <a href="${href(page, '/follow')}">feeds of the whole blog</a> have everybody’s.` : html`To follow one person alone, choose “Follow” on the page with their posts.`}</p>
</div>`,
  );
}

function feed(page: Page, folder: string, format: (typeof FORMATS)[keyof typeof FORMATS]): Html {
  const { file, type, name, use } = format;
  return html`<div><dt>${name}</dt><dd><a href="${href(page, folder + file)}" type="${type}">${page.publicUrl + folder + file}</a><span class="meta">${use}</span></dd></div>
`;
}
