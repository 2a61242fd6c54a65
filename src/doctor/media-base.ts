import type { Config } from '../config.ts';
import { ask, type Answer } from './ask.ts';
import { ok, problem, reasonOf, type Finding } from './finding.ts';

const ADVICE: Record<number, string> = {
  301: 'use the address that it redirects to',
  302: 'use the address that it redirects to',
  403: 'let everybody read the bucket, or have the CDN read `/media` of this blog',
  404: 'it must end where `profile_pics/` begins, in this bucket or in `/media` of this blog',
};

/**
 * Whether a picture that is stored under `key`, a WebP, can be fetched from where pages load
 * pictures. Reports nothing without MEDIA_BASE_URL.
 */
export async function checkMediaBase(config: Config, key: string): Promise<Finding[]> {
  const { MEDIA_BASE_URL: base, FRONTEND_URL: pages } = config;
  if (base === undefined) return [];
  if (pages.startsWith('https:') && !base.startsWith('https:')) {
    const advice =
      'browsers load nothing by http for a page that came by https; give that host a certificate';
    return [problem(`MEDIA_BASE_URL ${base} is not https: ${advice}`)];
  }
  try {
    return [judge(base, key, await ask(`${base}/${key}`))];
  } catch (error) {
    return [problem(`MEDIA_BASE_URL ${base} cannot be reached: ${reasonOf(error)}`)];
  }
}

function judge(base: string, key: string, { status, headers }: Answer): Finding {
  const asked = `MEDIA_BASE_URL: ${base}/${key}, which is stored,`;
  if (status !== 200) {
    const advice = ADVICE[status] ?? 'check the CDN or the bucket behind it';
    return problem(`${asked} is answered with ${status}: ${advice}`);
  }
  const type = headers['content-type'] ?? 'no type';
  if (type !== 'image/webp') {
    return problem(
      `${asked} comes as ${type}, not as image/webp: make the CDN pass on the Content-Type`,
    );
  }
  return ok(`Pictures come from MEDIA_BASE_URL ${base}`);
}
