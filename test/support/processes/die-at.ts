/**
 * Preloaded into a process that is to be killed: it dies before the first step (see steps.ts) whose
 * name matches the regular expression DIE_AT, from its start with DIE_ARMED, else after SIGUSR2.
 */
import { watchSteps } from '../steps.ts';

const pattern = new RegExp(process.env['DIE_AT'] ?? '(?!)');
let armed = process.env['DIE_ARMED'] !== undefined;
await watchSteps((step) => {
  if (armed && pattern.test(step)) process.kill(process.pid, 'SIGKILL');
});
process.on('SIGUSR2', () => {
  armed = true;
  console.log('armed');
});
