import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { DatabaseSync, StatementSync } from 'node:sqlite';

/** Whether this process may use PostgreSQL; loading its client takes as long as a fifth of a server's start. */
const POSTGRESQL = ['DATABASE_URL', 'TEST_DATABASE'].some(
  (name) => process.env[name] !== undefined,
);

type Methods = Record<string, (...args: unknown[]) => unknown>;

/**
 * Calls `before` with the name of every statement and file change before this process begins it
 * (`begin`, `commit`, `insert into "pictures" …`, `rename …`), until the returned function is
 * called. If `before` throws, the step throws that instead. PostgreSQL's statements get the names
 * of SQLite's. File changes happen one after the other, so that `before` finds no earlier one half done.
 */
export async function watchSteps(before: (step: string) => void): Promise<() => void> {
  const handle = await fs.open(tmpdir(), 'r');
  const fileHandle = Object.getPrototypeOf(handle) as Methods;
  await handle.close();
  let last = Promise.resolve<unknown>(undefined);
  const inTurn = (step: () => unknown) => (last = last.then(step, step));
  const client = POSTGRESQL ? (await import('pg')).default.Client : undefined;
  const restore = [
    wrap(DatabaseSync.prototype as unknown as Methods, ['exec'], (_, sql) =>
      before(String(sql).replace(/^begin .*/, 'begin')),
    ),
    ...(client
      ? [
          wrap(client.prototype as unknown as Methods, ['query'], (_, sql) =>
            before(
              String(sql)
                .replace(/^start transaction .*/, 'begin')
                .replaceAll(/\$\d+/g, '?'),
            ),
          ),
        ]
      : []),
    wrap(StatementSync.prototype as unknown as Methods, ['run', 'all'], (statement) =>
      before((statement as StatementSync).sourceSQL),
    ),
    wrap(fileHandle, ['writeFile', 'sync', 'datasync'], (_, __, name) => before(name), inTurn),
    wrap(
      fs as unknown as Methods,
      ['open', 'rename', 'unlink', 'rm', 'mkdir'],
      (_, path, name) => before(`${name} ${String(path)}`),
      inTurn,
    ),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const undo of restore) undo();
    syncBuiltinESMExports();
  };
}

function wrap(
  methods: Methods,
  names: string[],
  before: (self: unknown, first: unknown, name: string) => void,
  schedule = (step: () => unknown) => step(),
): () => void {
  const originals = names.map((name) => [name, methods[name]] as const);
  for (const [name, original] of originals) {
    methods[name] = function wrapped(this: unknown, ...args: unknown[]) {
      return schedule(() => {
        before(this, args[0], name);
        return original?.apply(this, args);
      });
    };
  }
  return () => {
    for (const [name, original] of originals) if (original) methods[name] = original;
  };
}
