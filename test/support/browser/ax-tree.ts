import type { Page } from 'playwright-core';

/** An element as assistive technology gets it from the browser. */
interface AxNode {
  role: string;
  name: string;
  description: string;
  /** Its states, as far as they are told: `pressed`, `level`, `live` and others. */
  states: Record<string, unknown>;
  children: AxNode[];
}

interface Raw {
  nodeId: string;
  ignored: boolean;
  role?: { value: string };
  name?: { value: string };
  description?: { value: string };
  properties?: { name: string; value: { value?: unknown } }[];
  childIds?: string[];
}

/** Reads a page's accessibility tree from the browser; what it ignores is replaced by what is in it. */
export async function readAxTree(page: Page): Promise<AxNode[]> {
  const line = await page.context().newCDPSession(page);
  const { nodes } = (await line.send('Accessibility.getFullAXTree')) as { nodes: Raw[] };
  await line.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const read = (node: Raw): AxNode[] => {
    const below = (node.childIds ?? []).flatMap((id) => byId.get(id) ?? []);
    const children = below.flatMap(read);
    if (node.ignored) return children;
    return [
      {
        role: node.role?.value ?? '',
        name: node.name?.value ?? '',
        description: node.description?.value ?? '',
        states: Object.fromEntries(
          (node.properties ?? []).map((one) => [one.name, one.value.value]),
        ),
        children,
      },
    ];
  };
  return nodes.slice(0, 1).flatMap(read);
}

/** The first one with this role and name, if a name is given. Throws if there is none. */
export function findAx(nodes: readonly AxNode[], role: string, name?: string): AxNode {
  const found = allAx(nodes, role).find((node) => name === undefined || node.name === name);
  if (!found)
    throw new Error(
      `no ${role} ${name ?? ''}: ${allAx(nodes, role)
        .map((one) => one.name)
        .join(', ')}`,
    );
  return found;
}

/** All with this role, in the order in which they are read. */
export function allAx(nodes: readonly AxNode[], role: string): AxNode[] {
  return nodes.flatMap((node) => [
    ...(node.role === role ? [node] : []),
    ...allAx(node.children, role),
  ]);
}

/** What is read of an element and all that is in it. */
export function textOfAx(node: AxNode): string {
  if (node.role === 'StaticText') return node.name;
  return node.children.map(textOfAx).join('');
}
