import { markdownTable } from './markdown-table.ts';
import { VARIABLES, withoutMarkdown } from '../src/config/variables.ts';

/** The table of docs/configuration.md, in Markdown as oxfmt formats it. */
export function configTable(): string {
  const rows = Object.entries(VARIABLES).map(([name, { about, accepts, default: byDefault }]) => [
    `\`${name}\``,
    about,
    accepts,
    byDefault === '' ? '' : `\`${byDefault}\``,
  ]);
  return markdownTable([['variable', 'what it does', 'accepts', 'default'], ...rows]);
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
