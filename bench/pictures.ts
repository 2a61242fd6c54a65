import sharp from 'sharp';

/** What the image worker makes of an upload, in this process and without a server: the yardstick. */
export async function plainPipeline(photo: Buffer): Promise<void> {
  const { data, info } = await sharp(photo, { failOn: 'error' })
    .autoOrient()
    .flatten({ background: '#fff' })
    .resize(300, 300, { fit: 'cover', kernel: 'lanczos3', fastShrinkOnLoad: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const square = () =>
    sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  await Promise.all([
    square().jpeg({ quality: 85 }).toBuffer(),
    square().resize(64, 64).webp({ quality: 80 }).toBuffer(),
    square().resize(128, 128).webp({ quality: 80 }).toBuffer(),
  ]);
}

/** Runs `work` `times` times, `atOnce` of them at a time; returns how many a second were done. */
export async function perSecond(
  work: () => Promise<unknown>,
  { times, atOnce }: { times: number; atOnce: number },
): Promise<number> {
  let left = times;
  const begun = performance.now();
  const lane = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return (times * 1000) / (performance.now() - begun);
}
