import sharp from 'sharp';

const INK = '#211c18';
const OXBLOOD = '#7d1d21';

/** What makes a face individual; colours are CSS, shapes are SVG around the point 120, 120. */
interface Sitter {
  ground: string;
  skin: string;
  clothes: string;
  /** Drawn before the head, such as long hair. */
  behind?: string;
  /** Drawn after it, such as a fringe, a beard, glasses. */
  front: string;
  /** The collar, over the clothes. */
  collar?: string;
  brows?: string;
}

const glasses = `<g fill="none" stroke="${INK}" stroke-width="3.5"><circle cx="101" cy="110" r="14.5"/><circle cx="139" cy="110" r="14.5"/><path d="M115.500 108q4.500-4 9 0"/></g>`;

const SITTERS = {
  bob: {
    ground: '#e3d3b4',
    skin: '#edd0b3',
    clothes: OXBLOOD,
    behind:
      '<path fill="#9a9187" d="M64 150c-8-70 14-104 56-104s64 34 56 104c-14 10-98 10-112 0z"/>',
    front: `<path fill="#aea59a" d="M76 106c2-40 24-53 50-51 26 3 38 22 38 51-14-8-28-22-36-36-10 18-30 32-52 36z"/>${glasses}`,
    collar: '<path fill="#f4efe5" d="M98 176l22 26 22-26 8 8-24 34h-12l-24-34z"/>',
  },
  beard: {
    ground: '#d7a94f',
    skin: '#7b4e37',
    clothes: '#34424a',
    front: `<path fill="#241a16" d="M77 98c-4-36 16-52 43-52s47 16 43 52c-5-16-12-23-20-25-14-4-32-4-46 0-8 2-15 9-20 25z"/><path fill="#2b1f19" d="M77 112c0 36 18 56 43 56s43-20 43-56c-5 14-9 20-17 21-14-5-38-5-52 0-8-1-12-7-17-21z"/><path fill="none" stroke="#c58f78" stroke-width="4" stroke-linecap="round" d="M108 145q12 7 24 0"/>`,
    collar: '<path fill="#4b5d66" d="M92 180l28 20 28-20 4 14-32 24-32-24z"/>',
    brows: '#1a1310',
  },
  plait: {
    ground: '#9db1ac',
    skin: '#f0d5bf',
    clothes: '#ece3d0',
    behind:
      '<path fill="#b98a3c" d="M71 124c-8-52 14-80 49-80s57 28 49 80l-6 22H77z"/><g fill="#c79a4c" stroke="#a5762c" stroke-width="2.500"><ellipse cx="170" cy="150" rx="13" ry="16"/><ellipse cx="174" cy="174" rx="12" ry="15"/><ellipse cx="173" cy="197" rx="11" ry="14"/></g>',
    front:
      '<path fill="#c79a4c" d="M76 108c-1-40 17-56 44-56s45 16 44 56c-8-26-22-38-42-44-22 8-38 18-46 44z"/><path fill="none" stroke="#a5762c" stroke-width="2.500" d="M121 53c-3 4-3 8 1 11"/>',
    collar: `<g fill="none" stroke="${OXBLOOD}" stroke-width="6"><path d="M52 216q68 22 136 0"/><path d="M58 200q62 20 124 0" stroke-dasharray="7 7"/></g>`,
  },
  waves: {
    ground: '#8f3634',
    skin: '#c8946d',
    clothes: '#f1e9da',
    behind:
      '<path fill="#261c18" d="M60 196c-14-22 2-38-2-58-5-30 6-94 62-94s67 64 62 94c-4 20 12 36-2 58z"/>',
    front:
      '<path fill="#322520" d="M75 112c-2-44 20-59 47-58 28 1 43 18 43 58-6-16-12-30-26-42-20 20-48 14-64 42z"/><g fill="#d7a94f"><circle cx="76" cy="132" r="5"/><circle cx="164" cy="132" r="5"/></g>',
    collar: '<path fill="none" stroke="#cdbfa6" stroke-width="5" d="M86 186q34 34 68 0"/>',
    brows: '#261c18',
  },
  fringe: {
    ground: '#b4bd98',
    skin: '#e2bd98',
    clothes: INK,
    behind: '<path fill="#2b2622" d="M70 126c-8-56 14-82 50-82s58 26 50 82z"/>',
    front:
      '<path fill="#38312c" d="M74 102c-4-38 18-55 46-55s50 17 46 55c-4-4-6-6-9-12-4 4-10 6-15 6-3-3-4-5-5-9-8 8-18 10-27 9-2-2-3-4-3-7-8 8-22 10-33 13z"/>',
    collar: '<path fill="#3a332e" d="M94 166h52v26q-26 12-52 0z"/>',
    brows: '#2b2622',
  },
  hat: {
    ground: '#dcd0b8',
    skin: '#e6bea0',
    clothes: '#55663f',
    behind:
      '<g fill="#a2502f"><circle cx="72" cy="116" r="17"/><circle cx="68" cy="140" r="16"/><circle cx="80" cy="158" r="14"/><circle cx="168" cy="116" r="17"/><circle cx="172" cy="140" r="16"/><circle cx="160" cy="158" r="14"/></g>',
    front: `<path fill="#c9a763" d="M82 78c-2-34 14-48 38-48s40 14 38 48z"/><path fill="${OXBLOOD}" d="M81 80c0-6 0-11 1-15q38 12 76 0c1 4 1 9 1 15q-39 12-78 0z"/><path fill="#d8b876" d="M38 92c14-18 44-12 82-12s68-6 82 12c-24 6-50-2-82-2s-58 8-82 2z"/><g fill="#b9744f"><circle cx="93" cy="126" r="1.800"/><circle cx="100" cy="131" r="1.800"/><circle cx="140" cy="131" r="1.800"/><circle cx="147" cy="126" r="1.800"/></g>`,
    collar:
      '<path fill="#f4efe5" d="M90 178h60l-8 26q-22 8-44 0z"/><path fill="#445332" d="M76 184l16-4 8 60H84zM164 184l-16-4-8 60h16z"/>',
  },
} satisfies Record<string, Sitter>;

export type FaceName = keyof typeof SITTERS;

/** A drawn portrait, head and shoulders inside a round mask: a PNG of 480 pixels square. */
export function drawFace(name: FaceName): Promise<Buffer> {
  return sharp(Buffer.from(portrait(SITTERS[name])), { density: 144 })
    .resize(480, 480)
    .png({ palette: true })
    .toBuffer();
}

/** Everyone is lit from the left and smiles a little. */
function portrait({ ground, skin, clothes, behind = '', front, collar = '', brows }: Sitter) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240" viewBox="22 24 196 196">
<clipPath id="lit"><path d="M126 40h80v200h-80q14-70 0-200z"/></clipPath>
<rect width="240" height="240" fill="${ground}"/>
${behind}
<path fill="${clothes}" d="M18 240c2-36 26-52 78-60h48c52 8 76 24 78 60z"/>
<path fill="${skin}" d="M101 146h38v34q-19 22-38 0z"/>
<path fill="${INK}" opacity=".18" d="M101 156q19 18 38 0v12q-19 16-38 0z"/>
${collar}
<g fill="${skin}"><ellipse cx="77" cy="114" rx="7" ry="11"/><ellipse cx="163" cy="114" rx="7" ry="11"/><path id="head" d="M77 104c0-32 18-48 43-48s43 16 43 48c0 36-18 60-43 60s-43-24-43-60z"/></g>
<use href="#head" fill="${INK}" opacity=".09" clip-path="url(#lit)"/>
<g fill="${INK}"><ellipse cx="102" cy="110" rx="3.600" ry="4.200"/><ellipse cx="138" cy="110" rx="3.600" ry="4.200"/></g>
<g fill="none" stroke="${brows ?? INK}" stroke-width="3.500" stroke-linecap="round" stroke-opacity=".8"><path d="M93 97q9-5 17-1M130 96q8-4 17 1"/></g>
<g fill="none" stroke="${INK}" stroke-width="3" stroke-linecap="round" stroke-opacity=".55"><path d="M121 112l-4 15q3 3 7 1"/><path d="M107 142q13 9 26 0"/></g>
${front}
</svg>`;
}
