import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until there is an answer; throws if there is none after so many minutes. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  minutes = 1,
): Promise<T> {
  for (let tries = 0; tries < minutes * 1200; tries++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(50);
  }
  throw new Error(`waited in vain for ${what}`);
}
