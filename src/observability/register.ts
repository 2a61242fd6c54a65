import type { Context } from '../context.ts';
import { checkDatabase } from '../db/heartbeat.ts';
import { poolStats } from '../db/postgres/pool-stats.ts';
import { micros } from '../db/time.ts';
import { createHealth, registerHealth, type Outcome } from './health.ts';
import type { ResponseCache } from '../http/cache/response-cache.ts';
import { countRequests, registerMetrics, type Metrics } from './metrics.ts';
import type { MetricsServer } from './metrics-server.ts';
import type { App } from '../http/app-type.ts';

/** How many pictures the ledger holds, by state. */
type PictureCounts = () => Promise<Record<string, number>>;

/**
 * Registers `/health` and, if configured, metrics: on a port of their own, or behind a token.
 * `stopping` aborts when the server is told to stop. Must be registered before the routes that are
 * counted. Listening fails with StartError if that port is taken.
 */
export async function registerObservation(
  app: App,
  ctx: Context,
  {
    cache,
    stopping,
    countPictures,
  }: { cache: ResponseCache; stopping: AbortSignal; countPictures: PictureCounts },
): Promise<void> {
  const { METRICS_HOST: host, METRICS_PORT: port, METRICS_TOKEN: token } = ctx.config;
  const checks = {
    database: () => checkDatabase(ctx.db, micros(ctx.clock)),
    media: () => ctx.media.check(),
  };
  const health = createHealth(checks, app.log);
  registerHealth(app, { health, imagesStuck: ctx.images.stuck, stopping });
  if (port === undefined && token === undefined) return;
  const metrics = await metricsOf(ctx, health, countPictures);
  countRequests(app, metrics, cache);
  if (port === undefined) return registerMetrics(app, metrics, token ?? '');
  const { startMetricsServer } = await import('./metrics-server.ts');
  let server: MetricsServer | undefined;
  app.addHook('onReady', async () => {
    server = await startMetricsServer(metrics, { host, port, token });
    app.log.info({ host, port: server.port }, 'metrics are served');
  });
  app.addHook('onClose', async () => server?.close());
}

async function metricsOf(
  ctx: Context,
  health: () => Promise<Outcome>,
  countPictures: PictureCounts,
): Promise<Metrics> {
  // Loaded only if configured, so that it does not slow other starts.
  const { createMetrics } = await import('./prometheus.ts');
  return createMetrics({
    kinds: {
      database: ctx.config.database.kind,
      media: ctx.config.S3_BUCKET_NAME === undefined ? 'disk' : 's3',
    },
    health: async () => {
      const { database, media } = await health();
      return { database: database === undefined, media: media === undefined };
    },
    images: () => ctx.images.stats(),
    workers: () => ctx.images.pids().length,
    pictures: countPictures,
    pool: () => poolStats(ctx.db),
    databaseErrors: () => ctx.db.errors,
  });
}
