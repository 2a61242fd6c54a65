import { test } from 'node:test';
import { everyStateIsAccessible } from '../../support/browser/every-state.ts';

test('axe finds nothing, and nothing moves or is cut, on any page in any state: dark, on a phone', () =>
  everyStateIsAccessible('dark', { width: 390, height: 844 }));
