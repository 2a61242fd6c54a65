/** Why seeding stopped, in one line for people. */
export class SeedError extends Error {}

interface Answer<T> {
  status: number;
  body: T;
}

/** A user's own account, as far as seeding needs it. */
export interface Me {
  id: number;
  image_file: string | null;
}

/** Sends one request and reads the JSON of its answer, whatever the status. */
export type Send = <T>(
  method: string,
  path: string,
  body?: { json: unknown } | { form: URLSearchParams | FormData },
  token?: string,
) => Promise<Answer<T>>;

/** The API of the blog at `base`; rejects with SeedError if the server there is not a Masthead. */
export function connect(base: string): Send {
  return async (method, path, body, token) => {
    const headers = new Headers();
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    const init: RequestInit = { method, headers };
    if (body && 'json' in body) {
      headers.set('content-type', 'application/json');
      init.body = JSON.stringify(body.json);
    } else if (body) init.body = body.form;
    const url = new URL(path, base);
    const response = await fetch(url, init).catch((cause: unknown) => {
      throw new SeedError(`nothing answers at ${url.origin}: start the blog first (npm start)`, {
        cause,
      });
    });
    const text = await response.text();
    try {
      return { status: response.status, body: JSON.parse(text) };
    } catch (cause) {
      throw new SeedError(
        `${url.href} answers ${response.status}, but not with JSON: this is not a Masthead`,
        {
          cause,
        },
      );
    }
  };
}

/** The body of an answer with the wanted status; otherwise throws SeedError with the server's reason. */
export function expectStatus<T>({ status, body }: Answer<T>, wanted: number, what: string): T {
  if (status === wanted) return body;
  const { detail } = body as { detail?: unknown };
  const reason = typeof detail === 'string' ? detail : JSON.stringify(detail ?? body);
  throw new SeedError(`${what}: ${status} ${reason}`);
}
