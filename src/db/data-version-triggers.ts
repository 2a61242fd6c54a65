import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { type Effect, type Rule, RULES } from './data-version-rules.ts';
import type { CommitTrigger, Ddl } from './ddl.ts';
import { SLOTS } from './migrations/0006-data-versions.ts';

/** The names of our triggers begin with this. */
const PREFIX = 'data_version_';

/** How each effect changes a row of `data_versions`. */
const CHANGES = {
  content: 'content = content + 1',
  access: 'access = access + 1',
  both: 'content = content + 1, access = access + 1',
} satisfies Record<Exclude<Effect, 'nothing'>, string>;
type Counted = keyof typeof CHANGES;
const COUNTED = Object.keys(CHANGES) as Counted[];

/**
 * Makes the triggers that RULES ask for and drops those of earlier rules. If triggers changed,
 * everything counts as changed, because until now other rules applied, or none.
 */
export async function updateVersionTriggers(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  const wanted = new Map(
    Object.entries(RULES)
      .flatMap(([table, rule]) => triggersOf(table, rule, ddl))
      .map((trigger) => [trigger.name, trigger]),
  );
  const { rows } = await sql.raw<{ name: string }>(ddl.triggerNames).execute(db);
  const present = new Set(rows.map(({ name }) => name).filter((name) => name.startsWith(PREFIX)));
  const statements = [
    ...present.difference(wanted).values().map(ddl.dropTrigger),
    ...[...wanted.values()]
      .filter(({ name }) => !present.has(name))
      .flatMap((trigger) => ddl.triggerAtCommit(trigger)),
  ];
  if (statements.length === 0) return;
  for (const statement of statements) await sql.raw(statement).execute(db);
  await sql.raw(statementFor('both', ddl)).execute(db);
}

function statementFor(effect: Counted, { slotOf }: Ddl): string {
  return `update data_versions set ${CHANGES[effect]} where slot = ${slotOf(SLOTS)}`;
}

/** One trigger for each effect of each kind of write. */
function triggersOf(table: string, rule: Rule, ddl: Ddl): CommitTrigger[] {
  const {
    insert,
    update,
    delete: removal,
  } = typeof rule === 'string' ? { insert: rule, update: rule, delete: rule } : rule;
  const trigger = (event: CommitTrigger['event'], effect: Effect, when?: string) =>
    effect === 'nothing' ? [] : [named({ event, table, when, ...action(effect, ddl) }, ddl)];
  const updates =
    typeof update === 'string'
      ? trigger('update', update)
      : COUNTED.flatMap((effect) => {
          const columns = Object.keys(update).filter((column) => update[column] === effect);
          const changed = columns.map((column) => `old.${column} is distinct from new.${column}`);
          return columns.length > 0 ? trigger('update', effect, changed.join(' or ')) : [];
        });
  return [...trigger('insert', insert), ...updates, ...trigger('delete', removal)];
}

const action = (effect: Counted, ddl: Ddl) => ({
  onceAs: `masthead.${effect}`,
  statement: statementFor(effect, ddl),
});

/** The name ends with a hash of the definition, by which triggers of other rules are recognized. */
function named(trigger: Omit<CommitTrigger, 'name'>, ddl: Ddl): CommitTrigger {
  const [table, event] = [trigger.table, trigger.event];
  const definition = ddl.triggerAtCommit({ ...trigger, name: '' }).join();
  const hash = createHash('sha256').update(definition).digest('hex').slice(0, 12);
  return { ...trigger, name: `${PREFIX}${table}_${event}_${hash}` };
}
