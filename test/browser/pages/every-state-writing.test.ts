import { test } from 'node:test';
import { everyStateIsAccessible } from '../../support/browser/every-state.ts';

test('axe finds nothing, and nothing moves or is cut, on any page where people write, or change their account, in any state: light at a desk, dark on a phone', () =>
  everyStateIsAccessible('writing'));
