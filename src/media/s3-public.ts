import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { connect, type S3Settings, TIMEOUTS } from './s3.ts';

/** Whether the store gives this object to anyone who asks, without a signature. Rejects if it does not answer. */
export async function isPublic(settings: S3Settings, key: string): Promise<boolean> {
  const credentials = { accessKeyId: '', secretAccessKey: '' };
  const client = connect({ ...settings, credentials }, TIMEOUTS, {
    signer: { sign: async (request) => request },
  });
  try {
    await client.send(new GetObjectCommand({ Bucket: settings.bucket, Key: key }));
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException) return false;
    throw error;
  } finally {
    client.destroy();
  }
}
