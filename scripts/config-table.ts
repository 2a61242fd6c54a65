import { VARIABLES, withoutMarkdown } from '../src/config/variables.ts';

/** The table of docs/configuration.md, in Markdown as oxfmt formats it. */
export function configTable(): string {
  const rows = Object.entries(VARIABLES).map(([name, { about, accepts, default: byDefault }]) => [
    `\`${name}\``,
    about,
    accepts,
    byDefault === '' ? '' : `\`${byDefault}\``,
  ]);
  const table = [['variable', 'what it does', 'accepts', 'default'], ...rows];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: string[], fill = ' ') =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const [head = [], ...body] = table;
  return [line(head), line(['', '', '', ''], '-'), ...body.map((row) => line(row))].join('\n');
}

/** `.env.example`: every variable with its default, commented out. */
export function envExample(): string {
  const blocks = Object.entries(VARIABLES).map(
    ([name, { about, accepts, default: byDefault }]) =>
      `# ${withoutMarkdown(about)}.\n# Accepts: ${withoutMarkdown(accepts)}\n# ${name}=${byDefault}\n`,
  );
  return `# Copy this file to .env and remove the # where you want another value.\n\n${blocks.join('\n')}`;
}

if (import.meta.main) console.log(configTable(), `\n\n${envExample()}`);
