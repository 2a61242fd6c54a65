import { ORIGIN, TEXTS, valuesOf } from './local-texts.ts';

/** What became of a save. */
export type Reply =
  | { kind: 'saved'; draft: number; version: number; savedAt: string; location: string }
  /** Saved since by another tab or device. */
  | {
      kind: 'conflict';
      current: {
        over: string;
        draft: number;
        version: number;
        text: Record<string, string>;
      };
    }
  /** The draft no longer exists. */
  | { kind: 'gone' }
  | { kind: 'signed out' }
  /** The text cannot be saved as it is. */
  | { kind: 'refused'; message: string }
  /** No answer, or one that is not from the blog. */
  | { kind: 'unanswered' };

/** Posts the form's text as a draft. */
export async function postDraft(
  form: HTMLFormElement,
  { keepalive }: { keepalive: boolean },
): Promise<Reply> {
  return postText(form.action, valuesOf(form, [...TEXTS, ...ORIGIN]), { keepalive });
}

/** Posts the fields of a text as a draft. */
export async function postText(
  action: string,
  fields: Record<string, string>,
  { keepalive = false } = {},
): Promise<Reply> {
  try {
    const response = await fetch(action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ ...fields, do: 'save' }),
      keepalive,
    });
    return readReply(response.status, (await response.json()) as Body);
  } catch {
    return { kind: 'unanswered' };
  }
}

interface Body {
  detail?: string | { msg: string }[];
  location: string;
  draft: number;
  version: number;
  saved_at: string;
  current?: { over: string; draft: number; version: number; title: string } & Record<
    string,
    string
  >;
}

/** Makes a Reply of a status and the parsed JSON. */
function readReply(status: number, body: Body): Reply {
  if (status === 200) {
    const { draft, version, saved_at: savedAt, location } = body;
    return { kind: 'saved', draft, version, savedAt, location };
  }
  if (status === 409 && body.current) {
    const { over, draft, version, ...text } = body.current;
    return { kind: 'conflict', current: { over, draft, version, text } };
  }
  if (status === 404) return { kind: 'gone' };
  if (status === 401) return { kind: 'signed out' };
  if (status >= 500 || status === 429) return { kind: 'unanswered' };
  const { detail = '' } = body;
  const message = typeof detail === 'string' ? detail : detail.map(({ msg }) => msg).join(' ');
  return { kind: 'refused', message };
}
