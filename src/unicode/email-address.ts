import { domainToASCII } from 'node:url';
import { caseKey } from './case-fold.ts';

/**
 * Special-use names (RFC 6761 and others) to which no mail can be sent. `example` is not among
 * them: people try a blog out with it.
 */
const SPECIAL_USE = ['arpa', 'invalid', 'local', 'localhost', 'onion', 'test'];
/** RFC 5321, 4.5.3.1: octets. */
const LOCAL_MAX = 64;
const DOMAIN_MAX = 253;
const TOO_LONG = 'the part after the @-sign is too long';
const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
/** RFC 5322's atext, and RFC 6531's non-ASCII letters, marks, digits and symbols. */
const ATOM = /^(?:[\w!#$%&'*+\-/=?^`{|}~]|(?![\0-\x7f])[\p{L}\p{M}\p{N}\p{S}])+$/u;

/**
 * Why `address` is not an e-mail address, or null if it is one: a dot-atom, an @-sign and a dotted
 * domain name. Display names, quoted parts, address literals and comments are refused; nothing is
 * looked up on the network.
 */
export function emailProblem(address: string): string | null {
  const at = address.lastIndexOf('@');
  if (at === -1) return 'it has no @-sign';
  return localProblem(address.slice(0, at)) ?? domainProblem(address.slice(at + 1));
}

/**
 * Two e-mail addresses with the same key are the same: their case key, with a domain outside ASCII
 * in its DNS form. Browsers send `müller.example` as `xn--mller-kva.example`.
 */
export function emailKey(address: string): string {
  // domainToASCII reads like a browser, so it gets only what the check has passed.
  if (/^[\0-\x7f]*$/.test(address) || emailProblem(address) !== null) return caseKey(address);
  const at = address.lastIndexOf('@');
  return `${caseKey(address.slice(0, at))}@${domainToASCII(address.slice(at + 1))}`;
}

function localProblem(local: string): string | null {
  if (local === '') return 'there must be something before the @-sign';
  if (Buffer.byteLength(local) > LOCAL_MAX) return 'the part before the @-sign is too long';
  const atoms = local.split('.');
  if (atoms.includes('')) {
    return 'a period needs a character on both sides';
  }
  if (!atoms.every((atom) => ATOM.test(atom))) {
    return 'a character before the @-sign is not allowed';
  }
  return null;
}

function domainProblem(domain: string): string | null {
  if (domain === '') return 'there must be something after the @-sign';
  if (domain.length > DOMAIN_MAX) return TOO_LONG;
  // Checked first, because domainToASCII reads like a browser: it drops tabs and decodes percent
  // signs.
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain)) {
    return 'a character after the @-sign is not allowed';
  }
  const ascii = domainToASCII(domain);
  const labels = ascii.split('.');
  if (ascii === '' || !labels.every((label) => LABEL.test(label))) {
    return 'the part after the @-sign is not a valid domain name';
  }
  if (ascii.length > DOMAIN_MAX) return TOO_LONG;
  const top = labels.at(-1)?.toLowerCase() ?? '';
  if (SPECIAL_USE.includes(top)) {
    return 'no mail can be sent to this special-use domain';
  }
  if (labels.length < 2) return 'the part after the @-sign needs a period';
  if (!/[a-z]$/.test(top)) return 'the top-level domain is not valid';
  return null;
}
