import { newBucket, openBucket } from '../support/bucket.ts';
import { testMediaStore } from './media-store.ts';

testMediaStore('S3', async (t) => openBucket(t, await newBucket(t)));
