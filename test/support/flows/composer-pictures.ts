import { openBlog } from '../blog.ts';
import type { Draft } from '../drafts.ts';
import { multipart, MULTIPART, type Part } from '../multipart.ts';
import { photo } from '../pictures.ts';
import { addPicture } from '../pictures/added-picture.ts';
import { createVisitor, type Seen, valuesOf } from '../visitor.ts';

export const small = await photo({ width: 60, height: 40 });
export const file = (filename: string, data: Buffer): Part => ({
  name: 'pictures',
  filename,
  data,
});

/** A blog that takes pictures of 256 KB, and people who add them to a text in a browser without scripts. */
export async function openComposer() {
  const { server, client } = await openBlog({ MAX_UPLOAD_SIZE_BYTES: String(256 * 1024) });

  /** A new person with a browser that runs no scripts. */
  async function writer() {
    const person = await client.person();
    const visitor = createVisitor(server.url);
    await visitor.signIn(person);
    const { token } = person;
    /** Posts the form as its button for pictures does. */
    const add = (path: string, form: Record<string, string>, files: Part[]) => {
      const fields = Object.entries({ ...form, do: 'pictures' });
      const parts = [...fields.map(([name, data]) => ({ name, data })), ...files];
      return visitor.ask('POST', path, { body: multipart(parts), headers: MULTIPART });
    };
    const drafts = async () =>
      (await client.api<{ drafts: Draft[] }>('GET', '/api/drafts', { token })).body.drafts;
    /** The id of a picture that was sent by the API. */
    const upload = async () => (await addPicture(client, person, small)).id;
    return { ...person, ...visitor, add, drafts, upload };
  }

  return { server, client, writer };
}

/** The fields of a page's form, as a browser posts them. */
export const fieldsOf = (page: Seen): Record<string, string> => {
  const all = valuesOf(page);
  const names = Object.keys(all).filter((name) => name !== 'pictures' && !name.endsWith('-0'));
  const format = /<option value="(\w+)" selected>(?:Markdown|Plain text)/.exec(page.text)?.[1];
  const fields = names.map((name) => [name, all[name] ?? '']);
  return { ...(Object.fromEntries(fields) as Record<string, string>), format: format ?? '' };
};
export const contentOf = (page: Seen) => (valuesOf(page)['content'] ?? '').replaceAll('\r\n', '\n');
/** What the alerts of a page say. */
export const alertsOf = ({ text }: Seen) =>
  [...text.matchAll(/<div class="alert alert-\w+" role="alert"[^>]*>(.*?)<\/div>/gs)]
    .map(([, inner = '']) =>
      inner
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter(Boolean);
export const fill = (title: string, content: string) => ({ title, content, format: 'markdown' });
