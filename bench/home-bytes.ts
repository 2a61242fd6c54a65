/** Bytes on the wire of the home page and what it loads, packed, by kind. */
export async function homeBytes(url: string): Promise<Record<string, number>> {
  const page = await fetch(url, { headers: { 'accept-encoding': 'br' } });
  const html = await page.text();
  const bytes: Record<string, number> = { HTML: length(page) };
  for (const [, path = ''] of html.matchAll(/(?:href|src)="(\/static\/assets\/[^"]+)"/g)) {
    const kind = { css: 'CSS', js: 'scripts', woff2: 'font' }[path.split('.').at(-1) ?? ''] ?? '';
    const asset = await fetch(url + path, { headers: { 'accept-encoding': 'br' } });
    await asset.arrayBuffer();
    bytes[kind] = (bytes[kind] ?? 0) + length(asset);
  }
  return bytes;
}

function length(answer: Response): number {
  return Number(answer.headers.get('content-length'));
}
