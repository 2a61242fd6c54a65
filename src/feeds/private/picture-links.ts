import { createHmac, timingSafeEqual } from 'node:crypto';

/** Bytes of a signature: 128 bits, which nobody can guess. */
const BYTES = 16;

/** The signature of a link to a file of the media store, for the reader of one private feed. */
function signatureOf(
  secret: Uint8Array,
  { feedId, file }: { feedId: number; file: string },
): string {
  const signed = createHmac('sha256', secret).update(`picture of feed ${feedId}\n${file}`).digest();
  return signed.subarray(0, BYTES).toString('base64url');
}

/** The id of the private feed that the link was signed for; undefined if the signature is wrong. */
export function feedOfLink(
  secret: Uint8Array,
  { given, file }: { given: unknown; file: string },
): number | undefined {
  if (typeof given !== 'string') return undefined;
  const [, id = '', signature = ''] = /^(\d{1,15})\.([\w-]{22})$/.exec(given) ?? [];
  if (id === '') return undefined;
  const expected = signatureOf(secret, { feedId: Number(id), file });
  const same = timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
  return same ? Number(id) : undefined;
}

/**
 * What is needed to sign links for one reader; `media`: the absolute address of the media store's
 * files.
 */
interface Signer {
  secret: Uint8Array;
  feedId: number;
  media: string;
}

/** The link to a file, signed; any other address as it is. */
export function signedLink(url: string, { secret, feedId, media }: Signer): string {
  if (!url.startsWith(`${media}/`)) return url;
  const file = url.slice(media.length + 1);
  if (!/^[\w/-]+\.\w+$/.test(file)) return url;
  return `${url}?f=${feedId}.${signatureOf(secret, { feedId, file })}`;
}

/**
 * Markup whose attributes are signed links. A link inside another address is left unsigned, because
 * that address would receive the signature.
 */
export function withSignedLinks(markup: string, signer: Signer): string {
  return markup.replaceAll(/="([^"]*)"/g, (_, url: string) => `="${signedLink(url, signer)}"`);
}
