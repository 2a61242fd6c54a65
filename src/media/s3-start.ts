import { StartError } from '../errors.ts';

const CREDENTIALS = 'S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY';

/** What a refusal says about the configuration, by its code. */
const REASONS: Record<string, string> = {
  NoSuchBucket: 'S3_BUCKET_NAME: there is no bucket of this name',
  InvalidBucketName: 'S3_BUCKET_NAME: this is not a valid name for a bucket',
  AccessDenied:
    'S3_BUCKET_NAME: these credentials may not list this bucket. Masthead needs to list it, and to read, write and delete objects',
  InvalidAccessKeyId: `${CREDENTIALS}: the store does not know this key`,
  SignatureDoesNotMatch: `${CREDENTIALS}: the store does not accept them`,
  ExpiredToken: 'The credentials that the AWS SDK found have expired',
  InvalidToken: 'The store does not accept the credentials that the AWS SDK found',
  CredentialsProviderError: `${CREDENTIALS}: not set, and the AWS SDK found no other credentials`,
  PermanentRedirect: 'S3_REGION: the bucket is in another region',
  AuthorizationHeaderMalformed: 'S3_REGION: the store is in another region',
  IllegalLocationConstraintException: 'S3_REGION: the bucket is in another region',
  RequestTimeTooSkewed: "The clock of this machine is too far from the store's",
};

/**
 * Why the blog cannot start, in one line for the host, if the store refused the first request.
 * Undefined if the store could not be reached or has a problem of its own, which may pass.
 */
export function startFailure(
  cause: unknown,
  { bucket, endpoint }: { bucket: string; endpoint?: string | undefined },
): StartError | undefined {
  const { name, message, $metadata } = cause as Error & { $metadata?: { httpStatusCode?: number } };
  const where = `bucket ${bucket}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
  const reason = Object.hasOwn(REASONS, name) ? REASONS[name] : undefined;
  if (reason !== undefined) return new StartError(`${reason} (${where})`, { cause });
  const status = $metadata?.httpStatusCode ?? 0;
  // 408 and 429 ask to try again.
  if (status < 300 || status >= 500 || status === 408 || status === 429) return undefined;
  const setting = endpoint === undefined ? 'S3_BUCKET_NAME' : 'S3_ENDPOINT_URL';
  // The SDK could not parse the answer and complains in several lines.
  const problem =
    name === 'Error'
      ? 'the server that answers is not an S3 server'
      : `refused as ${name}, ${message}`;
  return new StartError(`${setting}: ${problem} (${status}, ${where})`, { cause });
}
