import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { feedFolder, FORMATS, type FeedSubject } from './feed.ts';

/** What feeds are, and the addresses of the blog's, of one person's or of a tag's. */
export function followPage(page: Page, subject: FeedSubject): Html {
  const { person, tag } = subject;
  const folder = feedFolder(subject);
  const whose = tag || person ? html`<bdi>${tag?.name ?? person?.username}</bdi>` : page.siteName;
  const which = tag ? ` with the tag ${tag.name}` : person ? ` by ${person.username}` : '';
  const description = `Feeds of the posts${which} on ${page.siteName}.`;
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
<p>${tag || person ? html`These feeds have only the posts ${tag ? 'with this tag' : 'of this person'}. There are also <a href="${href(page, '/follow')}">feeds of the whole blog</a>.` : html`To follow only one person or one tag, choose “Follow” on the page with their posts.`}</p>
${page.viewer && html`<p>All of these show what everybody may read. <a href="${href(page, '/account/feeds')}">Your own feeds</a> also have the posts for members, and your notices.</p>`}
</div>`,
  );
}

function feed(page: Page, folder: string, format: (typeof FORMATS)[keyof typeof FORMATS]): Html {
  const { file, type, name, use } = format;
  return html`<div><dt>${name}</dt><dd><a href="${href(page, folder + file)}" type="${type}">${page.publicUrl + folder + file}</a><span class="meta">${use}</span></dd></div>
`;
}
