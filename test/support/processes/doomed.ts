import type { TestContext } from 'node:test';
import { newPlace, type Place, type Running } from './trouble.ts';

const DIE_AT = import.meta.resolve('./die-at.ts');

/**
 * A server on a copy of `model`, where no server may run. It is killed before its next step whose name
 * matches `at` (see die-at.ts).
 */
export async function startDoomed(
  t: TestContext,
  model: Place,
  at: RegExp,
): Promise<Pick<Running, 'service' | 'url'> & { place: Place }> {
  const place = await newPlace(t, { model });
  const variables = { NODE_OPTIONS: `--import=${DIE_AT}`, DIE_AT: at.source };
  const { service, url } = await place.start(variables);
  service.kill('SIGUSR2');
  await service.says(/armed/);
  return { place, service, url };
}
