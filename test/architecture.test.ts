import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');

/** From the ground up: each may import itself and those before it. A name is a folder or a file of `src`. */
const FOUNDATIONS = [
  'field-errors',
  'errors',
  'runtime',
  'unicode',
  'config',
  'db',
  'settings',
  'jobs',
  'media',
  'images',
  'views',
  'text',
  'http',
  'mail',
  'rate-limits',
  'context',
  'observability',
];
const FEATURES = [
  'auth',
  'notices',
  'moderation',
  'invitations',
  'pictures',
  'users',
  'tags',
  'profiles',
  'posts',
  'comments',
  'reports',
  'drafts',
  'search',
  'help',
  'admin',
  'feeds',
  'account',
  'archive',
  'import',
];
/** What puts the parts together, and the ways to start them. */
const TOP = ['doctor', 'app-jobs', 'app-api', 'app-pages', 'app', 'serve', 'cli', 'main'];
const FLOORS = [...FOUNDATIONS, ...FEATURES, ...TOP];
/** What one feature shows to the others: nouns, services, who is asking and what they may do. */
const SHOWN =
  /(?:\.service|\/(?:user|post|comment|post-picture|tag|tag-line|draft|cursor|sweeper|viewer|policy|session-cookie|tokens|passwords|picture-form|bulk-post-counts))\.ts$/;
/** Libraries with sharp edges, and the one file that may touch each. */
const OWNERS: Record<string, RegExp> = {
  sharp: /^images\/worker\/[\w-]*\.ts$/,
  '@aws-sdk/client-s3': /^media\/s3(?:-public)?\.ts$/,
  nodemailer: /^mail\/mailer\.ts$/,
  'node:sqlite': /^db\/|^import\/source-database\.ts$/,
  pg: /^db\/postgres\/pool\.ts$/,
  jose: /^auth\/tokens\.ts$/,
  '@fastify/busboy': /^http\/body\/multipart\.ts$/,
  'prom-client': /^observability\/prometheus\.ts$/,
  yazl: /^account\/download\/download\.service\.ts$/,
  'tar-stream': /^archive\/(?:pack|unpack)\.ts$/,
  'markdown-it': /^text\/(?:markdown\/[\w-]+|comments\/(?:mentions|comment))\.ts$/,
  diff: /^text\/diff\.ts$/,
  'hono/html': /^views\/html\.ts$/,
  'rate-limiter-flexible': /^rate-limits\/rate-limits\.ts$/,
  '@zxcvbn-ts/language-common': /^account\/new-password\.ts$/,
};

interface Import {
  from: string;
  /** Below src for our own files, else the package. */
  to: string;
  typeOnly: boolean;
}

const files = filesOf('src');
const imports = importsOf('src', files);

/** The TypeScript of a folder without its tests, as paths below it. */
function filesOf(folder: string): string[] {
  const found = globSync('**/*.ts', { cwd: join(root, folder) });
  return found.filter((file) => !file.endsWith('.test.ts')).toSorted();
}

function importsOf(folder: string, files: string[]): Import[] {
  return files.flatMap((from) => {
    const code = readFileSync(join(root, folder, from), 'utf8');
    const found = code.matchAll(
      /^(?:import|export)\s+(type\s)?[^;]*?from '([^']+)'|import\('([^']+)'\)/gm,
    );
    return [...found].map(([, type, statically, lazily = '']) => {
      const name = statically ?? lazily;
      const to = name.startsWith('.') ? normalize(join(dirname(from), name)) : name;
      return { from, to, typeOnly: type !== undefined };
    });
  });
}

/** The folder of `src` a file is in, or the file itself without its ending. */
const folderOf = (file: string) => file.split('/', 1)[0]?.replace(/\.ts$/, '') ?? '';
const violations = (rule: (line: Import) => boolean) =>
  imports.filter(rule).map(({ from, to }) => `${from} imports ${to}`);

test('imports are found at all', () => {
  assert.ok(imports.length > files.length);
  assert.ok(imports.some(({ from, to }) => from === 'app.ts' && to === 'http/not-found.ts'));
});

test('every folder and file of src has a floor, and none imports from a higher one', () => {
  assert.deepEqual(
    [...new Set(files.map(folderOf))].filter((name) => !FLOORS.includes(name)),
    [],
  );
  const rule = ({ from, to }: Import) =>
    FLOORS.indexOf(folderOf(to)) > FLOORS.indexOf(folderOf(from));
  assert.deepEqual(violations(rule), []);
});

for (const folder of ['src', 'client']) {
  test(`no import of ${folder} leads back to where it began`, () => {
    const files = filesOf(folder);
    const targets = Map.groupBy(importsOf(folder, files), ({ from }) => from);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, way: string[]): void => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
      if (way.includes(file) || done.has(file)) return;
      for (const { to } of targets.get(file) ?? []) visit(to, [...way, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    assert.deepEqual(circles, []);
  });
}

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

test('services do not import the HTTP framework, views import only data', () => {
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

test('only config.ts reads the environment', () => {
  const readers = files.filter((file) =>
    readFileSync(join(src, file), 'utf8').includes('process.env'),
  );
  assert.deepEqual(readers, ['config.ts']);
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

test('ARCHITECTURE.md has one line for each folder of src, from the top floor down', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const named = [...text.matchAll(/^\| `src\/([\w/-]+)\/` +\|/gm)].map(([, name = '']) => name);
  const folders = new Set(files.map(dirname).filter((folder) => folder !== '.'));
  const floor = (folder: string) => FLOORS.indexOf(folderOf(folder));
  assert.deepEqual(
    named,
    [...folders].toSorted().toSorted((one, other) => floor(other) - floor(one)),
  );
});

test('ARCHITECTURE.md draws the features and the foundations in their order', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const [, features = '', foundations = ''] =
    /^ {2}features ([^]+?)^ {2}foundations ([^]+?)^```/m.exec(text) ?? [];
  const drawn = [foundations, features].map((part) => part.match(/[\w-]+/g)?.toReversed());
  assert.deepEqual(drawn, [FOUNDATIONS, FEATURES]);
});
