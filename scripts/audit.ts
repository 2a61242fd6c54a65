/**
 * Asks the npm registry for known vulnerabilities of what the server runs with, as part of `npm run
 * check`. If the registry does not answer, or does not support this, that is reported but fails
 * nothing, so that the check works offline.
 */
import { spawnSync } from 'node:child_process';

/** Packages for development are not in a running server; `npm audit` tells about them. */
const ARGS = ['audit', '--json', '--omit=dev', '--fetch-retries=0', '--fetch-timeout=10000'];
/** For a registry that accepts the connection and says nothing; milliseconds. */
const TIMEOUT = 30_000;

interface Report {
  auditReportVersion?: number;
  message?: string;
  vulnerabilities?: Record<string, { severity: string; via: (string | Advisory)[] }>;
}

interface Advisory {
  title: string;
  url: string;
}

function main(): void {
  const { stdout, error } = spawnSync('npm', ARGS, { encoding: 'utf8', timeout: TIMEOUT });
  const report = parse(stdout);
  if (report?.vulnerabilities === undefined) {
    const reason = report?.message ?? error?.message ?? 'the registry did not answer';
    console.log(`The dependencies were not audited: ${reason}`);
    return;
  }
  const found = Object.entries(report.vulnerabilities);
  for (const [name, { severity, via }] of found) {
    const why = via.map((one) =>
      typeof one === 'string' ? `by ${one}` : `${one.title} ${one.url}`,
    );
    console.error(`${severity}: ${name}: ${why.join('; ')}`);
  }
  if (found.length > 0) process.exitCode = 1;
  else console.log('No known vulnerability in the dependencies');
}

function parse(text: string | null): Report | undefined {
  try {
    return JSON.parse(text ?? '') as Report;
  } catch {
    return undefined;
  }
}

main();
