import { test } from 'node:test';
import { everyStateIsAccessible } from '../support/every-state.ts';

test('axe finds nothing on any page in any state, light, at a desk', () =>
  everyStateIsAccessible('light', { width: 1440, height: 900 }));
