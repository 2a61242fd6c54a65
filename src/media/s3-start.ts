import { StartError } from '../errors.ts';

const CREDENTIALS = 'S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY';

/** What a store's refusal says about the configuration, by its code. */
const REASONS: Record<string, string> = {
  NoSuchBucket: 'S3_BUCKET_NAME: there is no bucket of this name',
  InvalidBucketName: 'S3_BUCKET_NAME: the store takes no bucket of this name',
  AccessDenied:
    'S3_BUCKET_NAME: these credentials may not list this bucket; Masthead lists, reads, writes and deletes',
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
 * The reason not to start, in a line for the host, when the store has refused the first request; undefined
 * when it could not be reached or is unwell, which may pass.
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
  // 408 and 429 ask to be asked again.
  if (status < 300 || status >= 500 || status === 408 || status === 429) return undefined;
  const setting = endpoint === undefined ? 'S3_BUCKET_NAME' : 'S3_ENDPOINT_URL';
  // The SDK's complaint about what it could not parse, in several lines.
  const said =
    name === 'Error' ? 'what answers does not speak S3' : `refused as ${name}, ${message}`;
  return new StartError(`${setting}: ${said} (${status}, ${where})`, { cause });
}
