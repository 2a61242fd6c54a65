import { openDiskStore } from '../../src/media/disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testMediaStore } from './media-store.ts';

testMediaStore('disk', async (t) => openDiskStore(await temporaryFolder(t)));
