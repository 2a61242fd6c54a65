import type { CDPSession, Page } from 'playwright-core';

/** What a screen reader would announce by itself, and how urgently. */
export interface Spoken {
  role: 'status' | 'alert';
  /** `polite` waits until the reader has finished, `assertive` does not. */
  live: string;
  text: string;
}

interface Node {
  nodeId: string;
  ignored: boolean;
  role?: { value: string };
  name?: { value: string };
  properties?: { name: string; value: { value?: unknown } }[];
  childIds?: string[];
}

/**
 * Reads a page's live regions as assistive technology gets them, from the browser's accessibility
 * tree; empty ones are left out.
 */
export async function listenTo(page: Page): Promise<() => Promise<Spoken[]>> {
  const line: CDPSession = await page.context().newCDPSession(page);
  await line.send('Accessibility.enable');
  return async () => {
    const { nodes } = (await line.send('Accessibility.getFullAXTree')) as { nodes: Node[] };
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    const textOf = (node: Node): string => {
      if (node.role?.value === 'StaticText') return node.name?.value ?? '';
      const children = (node.childIds ?? []).map((id) => byId.get(id));
      return children.map((child) => (child ? textOf(child) : '')).join('');
    };
    return nodes.flatMap((node) => {
      const role = node.role?.value;
      const live = node.properties?.find(({ name }) => name === 'live')?.value.value;
      const text = textOf(node);
      if (node.ignored || (role !== 'status' && role !== 'alert') || text === '') return [];
      return [{ role, live: String(live), text }];
    });
  };
}
