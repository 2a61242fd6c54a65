/**
 * Preloaded into a server whose clock should be wrong, by as many milliseconds as the file
 * CLOCK_SHIFT says; that is read each time, so the clock can jump.
 */
import { readFileSync } from 'node:fs';

const file = process.env['CLOCK_SHIFT'] ?? '';
const RealDate = Date;
const now = () => RealDate.now() + Number(readFileSync(file, 'utf8'));

globalThis.Date = class extends RealDate {
  constructor(...given: ConstructorParameters<typeof Date> | []) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static override now(): number {
    return now();
  }
} as DateConstructor;
