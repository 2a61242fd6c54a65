import { href } from './href.ts';
import { html, type Html } from './html.ts';
import { layout, type Page } from './layout.ts';

/** The page for an error; `page.title` is the status code, `written`: what was typed and is not saved. */
export function errorPage(
  page: Page,
  status: number,
  detail: string,
  written: readonly string[] = [],
): Html {
  const [path, label] = wayOn(page, status);
  return layout(
    page,
    html`<div class="narrow error-page"${page.viewer && html` data-lost-texts="here"`}>
<h1>Oops... ${status} Error</h1>
<p class="lead">${detail}</p>
${written.length > 0 && html`<p id="written">What you wrote is not saved. Copy it from here:</p>`}
${written.map(
  (
    text,
  ) => html`<textarea class="form-control written" rows="6" dir="auto" readonly aria-labelledby="written">
${text}</textarea>`,
)}
<p><a class="btn btn-primary" href="${href(page, path)}">${label}</a></p>
</div>`,
  );
}

/** The path of a page that this visitor may see, and the text of the link to it. */
function wayOn({ viewer, closed = false }: Page, status: number): [string, string] {
  if ((status === 401 || closed) && !viewer) return ['/login', 'Login'];
  if (status === 403 && viewer?.state === 'waiting') return ['/waiting', 'Waiting for approval'];
  return ['/', 'Go to the home page'];
}
