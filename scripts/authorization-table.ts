import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DECISIONS } from '../test/security/decisions.ts';
import type { Decision } from '../test/security/decisions/decision.ts';
import { OF_ROLES } from '../test/security/decisions/roles.ts';
import { markdownTable } from './markdown-table.ts';

const HEAD = ['route', 'anonymous', 'waiting', 'reader', 'member', 'editor', 'owner', 'themselves'];

/** The table of docs/authorization.md: what each route answers to whom, as the tests of every route try it. */
export function authorizationTable(): string {
  const rows = Object.entries(DECISIONS).map(
    ([route, [anonymous, member, themselves]]: [string, Decision]) => {
      const as = (role: string) => OF_ROLES[role]?.[route] ?? member;
      const cells = [
        anonymous,
        as('waiting'),
        as('reader'),
        member,
        as('editor'),
        as('owner'),
        themselves,
      ];
      return [`\`${route}\``, ...cells.map(String)];
    },
  );
  return markdownTable([HEAD, ...rows]);
}

if (import.meta.main) {
  const path = join(import.meta.dirname, '../docs/authorization.md');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, `${text.slice(0, text.indexOf('| route'))}${authorizationTable()}\n`);
}
