export const NETWORK_ERROR = 'Network error. Please check your connection and try again.';

/** The answer to a form that was posted by script. */
export interface Answer {
  ok: boolean;
  status: number;
  /** What was done, or what is wrong with the whole form. */
  message: string;
  /** The page to go to. */
  location?: string | undefined;
  /** Errors by field name. */
  errors: Record<string, string>;
  /** All texts of the answer, by name. */
  texts: Record<string, string>;
}

/** Posts a form and asks for JSON, with the button that was pressed. Throws if no answer comes. */
export async function send(
  form: HTMLFormElement,
  button: HTMLElement | null = null,
): Promise<Answer> {
  const fields = [...new FormData(form, button)].filter((pair): pair is [string, string] => {
    return typeof pair[1] === 'string';
  });
  const response = await fetch(form.action, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(fields),
  });
  const body = await response.text();
  if (!response.redirected) return readAnswer(response.status, body);
  // The server redirected to the login page, so nothing was done.
  const signIn = new URL(response.url).searchParams.has('next');
  return { ...readAnswer(signIn ? 401 : response.status, ''), location: response.url };
}

/** Makes an Answer of a status (0: none came) and a body, which may be a proxy's. */
export function readAnswer(status: number, body: string): Answer {
  const given = parse(body);
  const ok = status >= 200 && status < 300;
  const errors = fieldErrors(given['detail']);
  return {
    ok,
    status,
    errors,
    texts: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, text(value)])),
    message: ok ? text(given['message']) : refusal(status, given['detail'], errors),
    location: text(given['location']) || undefined,
  };
}

function refusal(status: number, detail: unknown, errors: Record<string, string>): string {
  if (typeof detail === 'string') return detail;
  if (Object.keys(errors).length > 0) return '';
  if (status === 0) return NETWORK_ERROR;
  if (status === 413)
    return 'A proxy in front of this site refused the file: it is larger than the proxy allows.';
  if (status === 429) return 'Too many requests. Please wait a moment and try again.';
  return `Something went wrong (error ${status}). Please try again.`;
}

/** FastAPI's list of errors as one text per field; the last part of `loc` is the field. */
function fieldErrors(detail: unknown): Record<string, string> {
  if (!Array.isArray(detail)) return {};
  const pairs = detail.map((entry: unknown): [string, string] => {
    const { loc, msg } = entry as { loc?: unknown; msg?: unknown };
    return [Array.isArray(loc) ? String(loc.at(-1)) : '', text(msg)];
  });
  // The first error of a field is shown.
  return Object.fromEntries(pairs.toReversed());
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
