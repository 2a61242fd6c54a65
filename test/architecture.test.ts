import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');
const files = globSync('**/*.ts', { cwd: src }).filter((file) => !file.endsWith('.test.ts'));

/** Each may import those before it. */
const FEATURES = ['auth', 'pictures', 'users', 'posts', 'account', 'archive', 'import'];
const FOUNDATIONS = ['db', 'media', 'images', 'http', 'views', 'mail'];
/** What one feature shows to the others: nouns, services, and who is asking. */
const SHOWN =
  /(?:\.service|\/(?:user|post|picture|sweeper|viewer|session-cookie|reset|tokens|passwords|secret-key))\.ts$/;
/** Libraries with sharp edges, and the one file that may touch each. */
const OWNERS: Record<string, RegExp> = {
  sharp: /^images\/worker[\w-]*\.ts$/,
  '@aws-sdk/client-s3': /^media\/s3\.ts$/,
  nodemailer: /^mail\/mailer\.ts$/,
  'node:sqlite': /^db\//,
  pg: /^db\/postgres-pool\.ts$/,
  jose: /^auth\/tokens\.ts$/,
  '@fastify/busboy': /^http\/multipart\.ts$/,
  'prom-client': /^http\/prometheus\.ts$/,
  yazl: /^account\/download\.service\.ts$/,
  'tar-stream': /^archive\/(?:pack|unpack)\.ts$/,
  'hono/html': /^views\/html\.ts$/,
  'rate-limiter-flexible': /^http\/rate-limits\.ts$/,
  '@zxcvbn-ts/language-common': /^account\/guessable-password\.ts$/,
};

interface Import {
  from: string;
  /** Below src for our own files, else the package. */
  to: string;
  typeOnly: boolean;
}

const imports: Import[] = files.flatMap((from) => {
  const code = readFileSync(join(src, from), 'utf8');
  const found = code.matchAll(
    /^(?:import|export)\s+(type\s)?[^;]*?from '([^']+)'|import\('([^']+)'\)/gm,
  );
  return [...found].map(([, type, statically, lazily = '']) => {
    const name = statically ?? lazily;
    const to = name.startsWith('.') ? normalize(join(dirname(from), name)) : name;
    return { from, to, typeOnly: type !== undefined };
  });
});

const folderOf = (file: string) => file.split('/', 1)[0] ?? '';
const violations = (rule: (line: Import) => boolean) =>
  imports.filter(rule).map(({ from, to }) => `${from} imports ${to}`);

test('the imports were found', () => {
  assert.ok(imports.length > files.length);
  assert.ok(imports.some(({ from, to }) => from === 'app.ts' && to === 'http/routing.ts'));
});

test('foundations import no feature', () => {
  const rule = ({ from, to, typeOnly }: Import) =>
    FOUNDATIONS.includes(folderOf(from)) &&
    FEATURES.includes(folderOf(to)) &&
    !(typeOnly && SHOWN.test(to)) &&
    // The noun of a picture holds its sizes and URLs, which an `img` is made of.
    !(folderOf(from) === 'views' && to === 'pictures/picture.ts');
  assert.deepEqual(violations(rule), []);
});

test('features import one way, and only what the other shows', () => {
  const rule = ({ from, to }: Import) => {
    const [own, other] = [FEATURES.indexOf(folderOf(from)), FEATURES.indexOf(folderOf(to))];
    return own >= 0 && other >= 0 && own !== other && (other > own || !SHOWN.test(to));
  };
  assert.deepEqual(violations(rule), []);
});

test('only stores and the database speak SQL', () => {
  const sql = /\.(?:selectFrom|insertInto|updateTable|deleteFrom)\(/;
  const speakers = files.filter((file) => sql.test(readFileSync(join(src, file), 'utf8')));
  assert.deepEqual(
    speakers.filter((file) => !/\.store\.ts$|^db\//.test(file)),
    [],
  );
});

test('services know no HTTP framework, views know nothing but data', () => {
  const rule = ({ from, to, typeOnly }: Import) =>
    (/\.(?:service|store)\.ts$/.test(from) && /^(?:fastify|@fastify\/)/.test(to)) ||
    (/\.views\.ts$|^views\//.test(from) &&
      !typeOnly &&
      /^(?:node:fs|db\/database|context)/.test(to));
  assert.deepEqual(violations(rule), []);
});

test('each library with sharp edges has one owner', () => {
  const rule = ({ from, to }: Import) => Object.hasOwn(OWNERS, to) && !OWNERS[to]?.test(from);
  assert.deepEqual(violations(rule), []);
  for (const name of Object.keys(OWNERS)) {
    assert.ok(
      imports.some(({ to }) => to === name),
      `nothing imports ${name} any more`,
    );
  }
});

test('only config.ts reads the environment, which a process that starts anew passes on', () => {
  const readers = files.filter((file) =>
    readFileSync(join(src, file), 'utf8').includes('process.env'),
  );
  assert.deepEqual(readers, ['config.ts', 'start-settings.ts']);
});

test('every path that a document names exists', () => {
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].concat(
    globSync('docs/**/*.md', { cwd: root }),
  );
  for (const document of documents) {
    const text = readFileSync(join(root, document), 'utf8');
    const named = text.matchAll(/`((?:src|test|scripts|static|client|bench|docs)\/[\w./-]+)`/g);
    for (const [, path = ''] of named) {
      assert.ok(existsSync(join(root, path)), `${document} names ${path}`);
    }
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      assert.ok(existsSync(join(root, dirname(document), link)), `${document} links to ${link}`);
    }
  }
});
