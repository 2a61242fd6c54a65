import { can } from '../../auth/policy.ts';
import { TAG_MAX, tagPath } from '../../tags/tag.ts';
import type { CountedTag } from '../../tags/tags.service.ts';
import { field, form, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { postList, type PostList } from '../lists.views.ts';
import { listPath } from '../previews.views.ts';

/** The tags of a post, as links. */
export function tagLine(page: Page, tags: readonly string[]): Html | null {
  if (tags.length === 0) return null;
  return html`<p class="tags"><span class="visually-hidden">Tags: </span>${tags.map((name) => html`<a rel="tag" dir="auto" href="${href(page, tagPath(name))}">${name}</a> `)}</p>`;
}

const count = (posts: number) => (posts === 1 ? '1 post' : `${posts.toLocaleString('en')} posts`);

/** All tags with their numbers of posts; `cut`: only the tags with the most posts are listed. */
export function tagsPage(page: Page, tags: readonly CountedTag[], cut: boolean): Html {
  const preview = {
    path: '/tags',
    type: 'website',
    title: 'Tags',
    description: `The tags of the posts on ${page.siteName}.`,
  } as const;
  const list = tags.map(
    ({ name, posts }) =>
      html`<li><a dir="auto" href="${href(page, tagPath(name))}">${name}</a> <span class="meta">${count(posts)}</span></li>`,
  );
  return layout(
    { ...page, preview },
    html`<h1>Tags</h1>
${cut && html`<p class="meta">The ${tags.length.toLocaleString('en')} tags with the most posts.</p>`}
${tags.length === 0 ? html`<p class="empty">No post has a tag yet.</p>` : html`<ul class="tag-list">${list}</ul>`}`,
  );
}

/** The posts with a tag, as excerpts. */
export function tagPage(page: Page, name: string, list: PostList): Html {
  const path = tagPath(name);
  const preview = {
    path: listPath(page, path),
    type: 'website',
    title: `Tag: ${name}`,
    description: `Posts with the tag ${name} on ${page.siteName}.`,
  } as const;
  const edit =
    can(page.viewer, 'moderate', { kind: 'blog' }) &&
    html` · <a href="${href(page, `${path}/edit`)}">Rename or merge</a>`;
  return layout(
    { ...page, preview },
    html`<header class="tag-head">
<p class="meta"><a href="${href(page, '/tags')}">Tags</a></p>
<h1 dir="auto">${name}</h1>
<p class="meta">${count(list.total)} · <a class="follow-link" href="${href(page, `${path}/follow`)}">Follow</a> · <a href="${href(page, `${path}/archive`)}">Archive</a>${edit}</p>
</header>
${postList(page, path, list)}`,
  );
}

/** The forms in which editors rename a tag or merge it into another. */
export function editTagPage(
  page: Page,
  name: string,
  states: { rename: Form; merge: Form; suggested: readonly CountedTag[] },
): Html {
  const path = href(page, tagPath(name));
  const values = { name, ...states.rename.values };
  const others = states.suggested.filter((tag) => tag.name !== name);
  const rename = field(
    { ...states.rename, values },
    {
      name: 'name',
      label: 'New name',
      type: 'text',
      autocomplete: 'off',
      max: TAG_MAX,
      note: 'The old address leads to the new one, and whoever writes the old name gets the new one.',
    },
  );
  const merge = field(states.merge, {
    name: 'into',
    label: 'Merge into',
    type: 'text',
    autocomplete: 'off',
    list: 'tag-list',
    note: 'All posts with this tag get the other one instead. This cannot be undone.',
  });
  return layout(
    page,
    html`<div class="narrow"><h1>Edit tag: <span dir="auto">${name}</span></h1>
${form(states.rename, `${path}/rename`, html`${rename}<div class="actions"><button class="btn btn-primary">Rename</button><a class="btn btn-plain" href="${path}">Cancel</a></div>`)}
${form(states.merge, `${path}/merge`, html`${merge}<datalist id="tag-list">${others.map((tag) => html`<option value="${tag.name}"></option>`)}</datalist><div class="actions"><button class="btn btn-danger-solid">Merge</button></div>`)}
</div>`,
  );
}
