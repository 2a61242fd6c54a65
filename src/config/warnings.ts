import type { DotEnv } from './dot-env.ts';
import { familyOf, nearestName } from './nearest-name.ts';
import { VARIABLES } from './variables.ts';

const NAMES = Object.keys(VARIABLES);
/** First words of names that other programs are unlikely to use in the environment. */
const FAMILIES = ['MAIL', 'S3', 'DATABASE', 'FRONTEND', 'METRICS', 'POSTS'];

/**
 * One sentence for everything without effect: lines and names in `.env` that mean nothing, and
 * names in the environment that look like ours. No value is repeated, because it may be a secret.
 */
export function configWarnings(dotEnv: DotEnv | undefined, env: NodeJS.ProcessEnv): string[] {
  return [
    ...(dotEnv?.damaged ? ['.env has characters that are neither UTF-8 nor UTF-16'] : []),
    ...(dotEnv?.strayLines ?? []).map(
      ({ number, begins }) =>
        `.env, line ${number}: not understood; write it as ${nameFor(begins)}=value`,
    ),
    ...Object.keys(dotEnv?.values ?? {})
      .filter((name) => !isKnown(name) && /^\w+$/.test(name))
      .map((name) => `.env: ${unknown(name)}`),
    ...Object.keys(env)
      .filter((name) => !isKnown(name) && looksLikeOurs(name))
      .map((name) => `environment: ${unknown(name)}`),
  ];
}

const isKnown = (name: string) => Object.hasOwn(VARIABLES, name);

/** The name that a line may have meant. Nothing else of the line is shown, because it could be a secret. */
function nameFor(begins: string): string {
  return NAMES.find((name) => name === begins.toUpperCase()) ?? 'NAME';
}

function looksLikeOurs(name: string): boolean {
  if (FAMILIES.includes(familyOf(name))) return true;
  // Outside `.env`, names are read in upper case only. Short names are similar to many others.
  return isKnown(name.toUpperCase()) || (name.length >= 8 && nearestName(name, NAMES).slip);
}

function unknown(name: string): string {
  const near = nearestName(name, NAMES);
  const told = near.slip || (familyOf(name) !== '' && familyOf(near.name) === familyOf(name));
  return `${name} means nothing to Masthead${told ? `; the nearest name is ${near.name}` : ''}`;
}
