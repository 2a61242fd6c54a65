import { ask, type Answer } from './ask.ts';
import { ok, problem, reasonOf, type Finding } from './finding.ts';

const STYLE_SHEET = /<link rel="stylesheet" href="([^"]+)"/;

/** Whether the home page at `url` and its style sheet can be fetched, as a browser does. */
export async function pageFinding(url: string): Promise<Finding> {
  let address = `${url}/`;
  try {
    const page = await ask(address);
    const file = STYLE_SHEET.exec(page.text)?.[1];
    if (page.status !== 200 || file === undefined)
      return lost(address, page, 'is not the home page');
    address = new URL(file, address).href;
    const styles = await ask(address);
    const type = styles.headers['content-type'] ?? '';
    if (styles.status !== 200 || !type.startsWith('text/css')) {
      return lost(address, styles, 'is not a style sheet');
    }
    return ok('The home page and its style sheet arrive');
  } catch (error) {
    return problem(`${address} cannot be fetched: ${reasonOf(error)}`);
  }
}

function lost(address: string, { status }: Answer, otherwise: string): Finding {
  const what = status === 200 ? otherwise : `is answered with ${status}`;
  return problem(`${address} ${what}: make the proxy forward every path below FRONTEND_URL`);
}
