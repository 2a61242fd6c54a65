import { loadSecretKey } from '../config/secret-key.ts';
import type { Config } from '../config.ts';
import { ask, type Answer } from './ask.ts';
import { clockFinding } from './clock.ts';
import { ok, problem, reasonOf, warning, type Finding } from './finding.ts';
import { forwardedFinding, FORGED } from './forwarded.ts';
import { pageFinding } from './page.ts';
import { LOOPBACK } from './registration.ts';
import { issueDoctorsToken, ECHO_PATH, type RequestEcho } from './request-echo.ts';

/** What a form adds to its file: boundaries, headers of parts, other fields. */
const FORM_BYTES = 64 * 1024;

/** Asks the blog through its public address: is it this blog, and what does the proxy add and refuse? */
export async function checkAddress(config: Config): Promise<Finding[]> {
  const { FRONTEND_URL: url } = config;
  const asked = Date.now();
  let answer: Answer;
  try {
    answer = await askEcho(config, asked);
    // If the other clock is ahead of ours, the token has expired there. The difference is reported
    // below.
    const theirs = Date.parse(answer.headers.date ?? '');
    if (answer.status === 401 && theirs > asked) answer = await askEcho(config, theirs);
  } catch (error) {
    const advice = 'is the server running, and does this name point to it?';
    return [problem(`FRONTEND_URL ${url} cannot be reached: ${reasonOf(error)}; ${advice}`)];
  }
  const clock = clockOf(url, answer, asked);
  const seen = readEcho(answer);
  if (seen === undefined) return [notThisBlog(url, answer), ...clock];
  return [
    ok(`FRONTEND_URL ${url} leads to this blog`),
    await pageFinding(url),
    encrypted(url),
    forwardedFinding(config, seen),
    ...clock,
    await bodyLimit(config),
  ];
}

/** Asks how a request arrives. `now`: milliseconds, by the server's clock. */
async function askEcho(config: Config, now: number): Promise<Answer> {
  const token = await issueDoctorsToken(loadSecretKey(config), now);
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': FORGED };
  return ask(config.FRONTEND_URL + ECHO_PATH, { headers });
}

/** Compares the clocks. The Date header has whole seconds, so it may be one second behind. */
function clockOf(url: string, { headers: { date } }: Answer, asked: number): Finding[] {
  return date === undefined ? [] : [clockFinding(url, Date.parse(date), asked - 1000)];
}

function readEcho({ status, text }: Answer): RequestEcho | undefined {
  try {
    return status === 200 ? (JSON.parse(text) as RequestEcho) : undefined;
  } catch {
    return undefined;
  }
}

function notThisBlog(url: string, { status, text }: Answer): Finding {
  if (status === 401 && text.includes('"detail"')) {
    return problem(
      `FRONTEND_URL ${url} leads to a Masthead with another SECRET_KEY: another blog, or a server that ` +
        'was started with other variables, or in another folder, than this command',
    );
  }
  const what = status >= 300 && status < 400 ? 'redirects elsewhere' : `answers ${status}`;
  return problem(
    `FRONTEND_URL ${url} is not this blog: it ${what}. Write the address of the home page as people type it, ` +
      'with https, and make the proxy forward every path below it',
  );
}

function encrypted(url: string): Finding {
  if (url.startsWith('https:')) return ok('The address is encrypted (https)');
  if (LOOPBACK.test(new URL(url).hostname)) return ok('The address works on this machine only');
  return warning(
    'FRONTEND_URL is not https: passwords can be read on the network; put a proxy with a certificate in front',
  );
}

/**
 * Sends as many bytes as the largest upload, without a token, so that the answer is a 401 and
 * nothing is stored.
 */
async function bodyLimit({ FRONTEND_URL: url, MAX_UPLOAD_SIZE_BYTES: max }: Config) {
  const size = max + FORM_BYTES;
  try {
    const path = '/api/users/1/picture';
    const { status, text } = await ask(url + path, { method: 'PATCH', size });
    if (status === 401 && text.includes('"detail"')) {
      return ok(`A body of ${size} bytes, as large as an upload, reaches the blog`);
    }
    if (status === 413) {
      return problem(
        `The proxy refuses bodies of ${size} bytes with 413: raise its limit to that ` +
          '(nginx: client_max_body_size; Caddy: request_body max_size), or lower MAX_UPLOAD_SIZE_BYTES',
      );
    }
    return problem(`A body of ${size} bytes is answered with ${status} before it reaches the blog`);
  } catch (error) {
    return problem(
      `A body of ${size} bytes does not reach the blog: ${reasonOf(error)}; does the proxy limit bodies?`,
    );
  }
}
