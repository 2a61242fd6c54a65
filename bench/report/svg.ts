/**
 * Styles for both themes. The background is part of the picture, because a page's theme may differ
 * from the system's. The five colours are Okabe and Ito's (2008), which colour-blind people can
 * tell apart, made darker or lighter where the background needs it.
 */
const STYLE = `
svg { --ground: #fff; --ink: #24292f; --faint: #d0d7de; --bar: #0072b2; --goal: #d55e00; font: 13px system-ui, sans-serif; }
.line0 { --colour: #0072b2; } .line1 { --colour: #d55e00; } .line2 { --colour: #00795a; } .line3 { --colour: #a4508b; } .line4 { --colour: #8a6d00; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #0d1117; --ink: #e6edf3; --faint: #3d444d; --bar: #56b4e9; --goal: #ff9248; }
  .line0 { --colour: #56b4e9; } .line1 { --colour: #ff9248; } .line2 { --colour: #2fc79b; } .line3 { --colour: #d98cc0; } .line4 { --colour: #f0e442; }
}
.ground { fill: var(--ground); } text { fill: var(--ink); } .title { font-weight: 600; font-size: 14px; }
.bar { fill: var(--bar); } .spread { stroke: var(--ink); stroke-width: 1.5; } .goal { stroke: var(--goal); stroke-width: 3; }
.grid { stroke: var(--faint); } .line, .dot { fill: none; stroke: var(--colour); stroke-width: 2; } .dot { stroke-width: 7; stroke-linecap: round; }
`;

/** A whole picture of these parts; `about` describes it in words. */
export function frame(
  { title, about, width, height }: { title: string; about: string; width: number; height: number },
  parts: string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title about">
<title id="title">${escape(title)}</title>
<desc id="about">${escape(about)}</desc>
<style>${STYLE}</style>
<rect class="ground" width="${width}" height="${height}"/>
<text class="title" x="12" y="24">${escape(title)}</text>
${parts.join('\n')}
</svg>
`;
}

/** A line of text at a point. */
export function text(
  x: number,
  y: number,
  words: string,
  anchor: 'start' | 'end' | 'middle' = 'start',
) {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escape(words)}</text>`;
}

function escape(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
