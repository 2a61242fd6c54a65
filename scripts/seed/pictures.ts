import sharp from 'sharp';

const PAPER = '#fdfbf6';
const INK = '#211c18';
const OXBLOOD = '#7d1d21';

/** A boat with four rowers, 300 wide, whose waterline is at 0. */
const boat = (colour: string) =>
  `<g fill="${colour}"><path d="M0-8h300l-40 12H36z"/>${[70, 120, 170, 220]
    .map(
      (x) =>
        `<circle cx="${x}" cy="-46" r="9"/><path d="M${x - 10}-10l4-26h14l6 26z"/><path d="M${x + 4}-26l46 24" stroke="${colour}" stroke-width="4"/>`,
    )
    .join('')}</g>`;

/** What is drawn for the posts, as SVG. */
const DRAWINGS = {
  mist: svg(
    2000,
    900,
    `<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#e8dcc4"/><stop offset=".55" stop-color="#d9cdb6"/><stop offset="1" stop-color="#a9b3ac"/></linearGradient></defs>
<rect width="2000" height="900" fill="url(#sky)"/>
<circle cx="1460" cy="250" r="86" fill="#f6e9cd"/>
<path fill="#b9b8a6" d="M0 400q300-90 640-30t700-40 660 30v120H0z"/>
<path fill="#8f988d" opacity=".8" d="M0 470q260-60 520-24t560-20 920 10v80H0z"/>
<rect y="500" width="2000" height="400" fill="#9aa9a6"/>
<g fill="#c8cfc6" opacity=".7"><rect x="1340" y="540" width="240" height="8"/><rect x="1300" y="580" width="330" height="8"/><rect x="1360" y="630" width="220" height="10"/></g>
<g transform="translate(520 690) scale(2.4)" opacity=".85">${boat('#4c5553')}</g>
<rect y="560" width="2000" height="60" fill="#e8e4d8" opacity=".45"/>
<rect y="640" width="2000" height="34" fill="#e8e4d8" opacity=".35"/>`,
  ),
  frost: svg(
    1000,
    1500,
    `<rect width="1000" height="1500" fill="#c9d6d6"/>
<path fill="#b3c4c1" d="M0 900q500-120 1000 0v600H0z"/>
${[
  [500, 1060, 1.5],
  [250, 1300, 1.1],
  [760, 1340, 1.2],
]
  .map(
    ([x = 0, y = 0, scale = 1]) =>
      `<g transform="translate(${x} ${y}) scale(${scale})"><g fill="#6f8f74" stroke="#e9f1ee" stroke-width="6">${[
        -70, -35, 0, 35, 70,
      ]
        .map(
          (turn) =>
            `<path transform="rotate(${turn})" d="M0 20q-90-60-50-180 50-30 100 0 40 120-50 180z"/>`,
        )
        .join(
          '',
        )}</g><circle r="62" cy="-46" fill="#8aa888" stroke="#f4f8f6" stroke-width="8"/></g>`,
  )
  .join('')}
<g stroke="#8d7f6a" stroke-width="14" stroke-linecap="round"><path d="M120 720V240M120 300h180M860 700V180M860 240H700"/></g>
<g fill="#fff" opacity=".9">${Array.from({ length: 60 }, (_, n) => `<circle cx="${(n * 619) % 1000}" cy="${(n * 367) % 1480}" r="${3 + (n % 4)}"/>`).join('')}</g>`,
  ),
  start: race('#c8d3cf', 120, 420, 760),
  bend: race('#d8cfb4', 300, 360, 700),
  finish: race('#cbd0c4', 560, 300, 640),
  wiring: svg(
    1200,
    800,
    `<g fill="none" stroke="${INK}" stroke-width="8"><path d="M160 260h300M160 540h740v-60M620 260h280v60"/><circle cx="900" cy="400" r="80"/><path d="M844 344l112 112M956 344L844 456"/><path stroke="${OXBLOOD}" d="M460 260l150-70"/><circle cx="460" cy="260" r="10" fill="${INK}"/><circle cx="620" cy="260" r="10" fill="${INK}"/><rect x="80" y="210" width="80" height="380" rx="12"/></g>
<g fill="${INK}" font-family="serif" font-size="44"><text x="96" y="680">plug</text><text x="440" y="150">switch</text><text x="1000" y="415">lamp</text></g>`,
  ),
} as const;

type DrawingName = keyof typeof DRAWINGS;

export function isDrawing(name: string): name is DrawingName {
  return Object.hasOwn(DRAWINGS, name);
}

/** A drawing as a file that a person might send: a PNG where it is transparent, else a JPEG. */
export async function drawPicture(name: DrawingName): Promise<Buffer> {
  const drawn = sharp(Buffer.from(DRAWINGS[name]));
  if (name === 'wiring') return drawn.png().toBuffer();
  return drawn.flatten({ background: PAPER }).jpeg({ quality: 88 }).toBuffer();
}

/** Two boats, the nearer one at `near`, the other at `far`, as parts of a picture 1200 wide. */
function race(sky: string, far: number, near: number, y: number): string {
  return svg(
    1200,
    1000,
    `<rect width="1200" height="1000" fill="${sky}"/>
<path fill="#8fa08c" d="M0 430q300-70 620-20t580-30v90H0z"/>
<rect y="460" width="1200" height="540" fill="#8fa3a8"/>
<path fill="#b8aa8e" d="M0 380h1200v26H0zM180 400h40v80h-40zM560 400h40v80h-40zM940 400h40v80h-40z"/>
<g transform="translate(${far} 620) scale(1.5)">${boat('#5d6a63')}</g>
<g transform="translate(${near} ${y + 120}) scale(2.1)">${boat(OXBLOOD)}</g>`,
  );
}

function svg(width: number, height: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;
}
