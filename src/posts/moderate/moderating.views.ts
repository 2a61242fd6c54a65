import { can } from '../../auth/policy.ts';
import { askPage } from '../../views/confirm.ts';
import { EMPTY, form, textArea, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import type { PostSlots } from '../post-page.views.ts';
import { postPath, shownTitle, postSubject, type PostWithAuthor } from '../post.ts';

/** How long a reason may be; code points. */
export const REASON_MAX = 500;

/** On the page of a post: that it is hidden, and why; and the way to the page below. */
export function moderatingSlot(
  page: Page,
  post: PostWithAuthor,
  reason: string | undefined,
): PostSlots {
  const own = page.viewer?.id === post.user_id;
  const why = reason !== undefined && reason !== '' && html` The reason: <q>${reason}</q>`;
  const note = html`<p class="alert alert-note" role="note"><strong>Hidden.</strong> Only ${own ? 'you' : html`<bdi>${post.username}</bdi>`} and the editors see this post.${why}</p>`;
  const link = html`<a class="btn btn-plain" href="${href(page, `/posts/${post.id}/moderate`)}">Moderate</a>`;
  return {
    belowByline: reason === undefined ? null : note,
    actions: can(page.viewer, 'moderate', postSubject(post)) ? link : null,
  };
}

/** A form of the page below that was refused. */
export interface Refused {
  form: 'hide' | 'restore';
  state: Form;
}

/** What an editor may do with a post. */
export function moderatingPage(
  page: Page,
  post: PostWithAuthor,
  { reason, refused }: { reason?: string | undefined; refused?: Refused | undefined } = {},
): Html {
  const path = (action: string) => href(page, `/posts/${post.id}/${action}`);
  const stateOf = (name: Refused['form']) => (refused?.form === name ? refused.state : EMPTY);
  const shown = reason === undefined ? 'hide' : 'restore';
  // Somebody else did it first.
  const late = refused && refused.form !== shown && refused.state.summary;
  const restore = html`<p>Hidden. Only <bdi>${post.username}</bdi> and the editors see it.${reason !== '' && html` The reason: <q>${reason}</q>`}</p>
${form(stateOf('restore'), path('moderate/restore'), html`<div class="actions"><button class="btn btn-primary">Show this post again</button></div>`)}`;
  const hide = html`<p>Only <bdi>${post.username}</bdi> and the editors see it then. This can be undone.</p>
${form(stateOf('hide'), path('moderate/hide'), html`${reasonField(stateOf('hide'), 'hide-reason')}<div class="actions"><button class="btn btn-danger">Hide this post</button></div>`)}`;
  return layout(
    page,
    html`<div class="admin">
<h1 tabindex="-1">Moderate</h1>
<p class="meta of-post"><a href="${href(page, postPath(post))}"><bdi>${shownTitle(post)}</bdi></a> by <bdi>${post.username}</bdi></p>
${late !== undefined && html`<div class="alert alert-danger" role="alert" data-summary>${late}</div>`}
${section(shown === 'hide' ? 'Hide' : 'Show again', shown === 'hide' ? hide : restore)}
${section('Correct', html`<p>The history of the post names you.</p><p class="actions"><a class="btn btn-plain" href="${path('correct')}">Correct the text</a> <a class="btn btn-plain" href="${path('history')}">History</a></p>`)}
${section('Delete', html`<p>The post is gone for good, with its history and its comments.</p><a class="btn btn-danger" href="${path('moderate/delete')}">Delete this post</a>`)}
${section('Author', html`<p><a href="${href(page, `/admin/people/${post.user_id}`)}">What can be done about <bdi>${post.username}</bdi></a></p>`)}
</div>`,
  );
}

function section(title: string, body: Html): Html {
  return html`<section class="card"><h2>${title}</h2><div>${body}</div></section>`;
}

function reasonField(state: Form, id: string): Html {
  return textArea(state, {
    name: 'reason',
    id,
    label: 'Reason',
    rows: 2,
    max: REASON_MAX,
    note: 'The author reads it, and members read it in the log.',
  });
}

/** The question before an editor deletes a post. */
export function removePostPage(page: Page, post: PostWithAuthor, state: Form): Html {
  return layout(
    page,
    askPage({
      id: 'remove-post',
      title: 'Delete Post?',
      text: html`<p>This will be gone for good: the post by <strong><bdi>${post.username}</bdi></strong>, its history and its comments.</p>
<p class="doomed" dir="auto">${shownTitle(post)}</p>`,
      action: href(page, `/posts/${post.id}/moderate/delete`),
      yes: 'Delete Post',
      back: href(page, `/posts/${post.id}/moderate`),
      asked: {
        state,
        fields: textArea(state, {
          name: 'reason',
          label: 'Reason',
          rows: 2,
          max: REASON_MAX,
          note: 'The log for members shows it.',
        }),
      },
    }),
  );
}
