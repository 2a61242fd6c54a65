/**
 * The PostgreSQL of a test run, for `serveRun`: the one that TEST_DATABASE_URL names, or a new one.
 * Its address is JSON: the URL, and the migrated database that is copied for others.
 */
import { makeTemplate, query } from './postgres.ts';
import { startPostgres } from './postgres-server.ts';
import { serveRun } from '../servers/shared-server.ts';

await serveRun(async () => {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given === undefined ? await startPostgres() : undefined;
  const url = given ?? server?.url ?? '';
  try {
    const template = await makeTemplate(url);
    const stop = () => server?.remove() ?? query(url, `drop database ${template}`);
    return { address: JSON.stringify({ url, template }), stop };
  } catch (error) {
    await server?.remove();
    throw error;
  }
});
